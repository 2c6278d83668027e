namespace Handstamp.TestBed;

/// <summary>How a program ended, and what it wrote.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public static async Task<CommandResult> OfAsync(string file, CommandCall call)
    {
        using var process = call.Start(file);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await WriteAsync(process.StandardInput, call.Input);
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await error);
    }

    static async Task WriteAsync(StreamWriter standardInput, string text)
    {
        try
        {
            await standardInput.WriteAsync(text);
            standardInput.Close();
        }
        catch (IOException)
        {
            // The program has ended without reading it.
        }
    }
}
