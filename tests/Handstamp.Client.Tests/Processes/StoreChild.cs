using System.Diagnostics;

namespace Handstamp.Client.Tests.Processes;

/// <summary>A program with a store. It does what each line says, and prints the result.</summary>
static class StoreChild
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var store = arguments is [_, var protection]
            ? new FileTokenStore(arguments[0], Enum.Parse<FileProtection>(protection))
            : new FileTokenStore(arguments[0]);
        for (Console.WriteLine("ready"); Console.ReadLine() is { } line;)
            Console.WriteLine(await DoAsync(store, arguments[0], line.Split(' ', 2)));
        return 0;
    }

    static async Task<string> DoAsync(FileTokenStore store, string file, string[] words)
    {
        try
        {
            return words switch
            {
                ["read"] => await store.ReadAsync(default) ?? "nothing",
                ["protection"] => $"{store.Protection}",
                ["race"] => await RaceAsync(file),
                ["unlock", var password] => Unlock(password),
                ["write", var secret] => await WriteAsync(store, secret),
                _ => await WriteAsync(store, null),
            };
        }
        catch (IOException fault)
        {
            return fault.Message;
        }
    }

    static async Task<string> WriteAsync(FileTokenStore store, string? secret)
    {
        await store.WriteAsync(secret, default);
        return "done";
    }

    /// <summary>Many processes write at once, and then read.</summary>
    static async Task<string> RaceAsync(string file)
    {
        var children = Enumerable.Range(0, 8).Select(_ => ChildProcess.StartStore(file)).ToList();
        foreach (var child in children) await child.ReadLineAsync();
        await Task.WhenAll(children.Select(child => child.AskAsync("write secret")));
        var found = await Task.WhenAll(children.Select(child => child.AskAsync("read")));
        children.ForEach(child => child.Dispose());
        return string.Join(", ", found.Distinct());
    }

    /// <summary>A new keyring replaces the running one.</summary>
    static string Unlock(string password)
    {
        var start = new ProcessStartInfo("gnome-keyring-daemon", ["--replace", "--unlock", "--components=secrets"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var keyring = Process.Start(start)!;
        keyring.StandardInput.Write(password);
        keyring.StandardInput.Close();
        keyring.WaitForExit();
        return "done";
    }
}
