using System.Collections.Concurrent;
using System.CommandLine;
using System.CommandLine.Help;
using System.Text.Json;
using Handstamp.Host.Commands;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

/// <summary>Every command and every option of the command table gets wrong input, and says what is wrong.</summary>
[Trait("Kind", "Proof")]
public sealed class WrongInputTests : IDisposable
{
    static readonly string[] Words = ["", "-1", "nonsense", "nobody@example.com", "99999999999999999999", "\u001b[2J"];

    // They work without the database.
    static readonly string[] Offline =
        ["complete", "completion", "help", "version", "man", "passwords check", "passwords import", "check-config", "health", "migrate-storage"];

    // They make the database if it is not there.
    static readonly string[] Founders = ["serve", "user add", "api add", "import users", "migrate"];

    readonly Installation _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Wrong_input_is_answered_with_a_sentence_and_without_a_word_of_NET()
    {
        await _here.AddAccountAsync();
        Call[] calls = [.. CommandsBelow(CommandLine.Commands(), "").SelectMany(command => CallsOf(command.Command, command.Path))];
        var faults = new ConcurrentBag<string>();

        await Parallel.ForEachAsync(calls, async (call, _) =>
        {
            var result = await HandstampExecutable.RunAsync(call.Arguments);
            if (FaultOf(call, result) is { } fault) faults.Add($"{string.Join(' ', call.Arguments)}: {fault}: {result.ExitCode} {result.Output}{result.Error}");
        });

        Assert.True(faults.IsEmpty, string.Join('\n', faults.Order()));
    }

    /// <param name="Arguments">The whole command line.</param>
    /// <param name="Fails">Whether it is wrong in any case. Some words are right for some commands.</param>
    sealed record Call(string[] Arguments, bool Fails);

    static string? FaultOf(Call call, CommandResult result)
    {
        var said = result.Output + result.Error;
        if (result.ExitCode is not (0 or 1 or 2)) return "the exit code";
        if (call.Fails && result.ExitCode == 0) return "it succeeds";
        foreach (var word in (string[])["   at ", "Exception", "System.", "Parameter '", "\u001b"])
            if (said.Contains(word, StringComparison.Ordinal)) return $"'{word}'";
        if (result.ExitCode == 0) return null;
        // Its report is its result.
        if (call.Arguments is ["check-config", ..] && call.Arguments.Any(argument => argument.StartsWith("--json", StringComparison.Ordinal))) return null;
        if (!call.Arguments.Contains("--json")) return result.Error.TrimEnd() is [.., '.' or '?'] ? null : "no sentence";
        var failure = JsonElement.Parse(result.Error);
        return failure.GetProperty("exit_code").GetInt32() == result.ExitCode && failure.GetProperty("error").GetString() is [.., '.' or '?']
            ? null
            : "no sentence in JSON";
    }

    static IEnumerable<(Command Command, string Path)> CommandsBelow(Command command, string path) => command.Subcommands.SelectMany(below =>
        CommandsBelow(below, $"{path} {below.Name}".Trim()).Append((below, $"{path} {below.Name}".Trim())));

    IEnumerable<Call> CallsOf(Command command, string path)
    {
        string[] words = path.Split(' ');
        // So that it never starts.
        if (path == "serve") words = [.. words, "--Nonsense=1"];
        if (path == "migrate-storage") words = [.. words, "--from", $"sqlite:{_here.File("none")}", "--to", "postgres:Host=127.0.0.1;Port=1;Database=a;Username=a"];
        string[] data = ["--data", _here.Data];
        var needed = command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0).ToList();
        string[] right = [.. words, .. needed.Select(argument => IsFile(argument) ? _here.File("none/none") : "nonsense")];

        if (needed.Count > 0 || command.Action is null) yield return new([.. words, .. data], true);
        if (needed.Count > 0) yield return new([.. words, .. data, "--json"], true);
        if (!command.Arguments.Any(argument => argument.Arity.MaximumNumberOfValues > 10))
            yield return new([.. right, .. data, .. command.Arguments.Select(_ => "another"), "another"], path != "complete");
        yield return new([.. right, .. data, "--nonsense"], path is not ("complete" or "help"));
        yield return new([.. right, .. data, "--nonsense", "--json"], path is not ("complete" or "help"));
        foreach (var word in Words.Where(_ => command.Arguments.Count > 0))
            yield return new([.. words, .. data, .. command.Arguments.Select(argument => IsFile(argument) ? _here.File($"none/{word}") : word)], false);
        if (command.Arguments.Any(IsFile)) yield return new([.. words, .. data, .. command.Arguments.Select(_ => _here.Data)], true);

        foreach (var option in Misunderstanding.OptionsOf(command).Where(option => option is not (HelpOption or VersionOption)))
        {
            string[] before = option == GlobalOptions.Data ? right : [.. right, .. data];
            if (option.ValueType == typeof(bool))
            {
                yield return new([.. before, $"{option.Name}=nonsense"], true);
                continue;
            }
            yield return new([.. before, option.Name], true);
            // Places has the others.
            foreach (var word in option == GlobalOptions.Data || option == GlobalOptions.Config ? [""] : Words) yield return new([.. before, option.Name, word], option.ValueType != typeof(string) && word.Length == 0);
        }
        foreach (var place in Places(path)) yield return new([.. right, .. place.Arguments], place.Fails && command.Action is not null);
    }

    IEnumerable<Call> Places(string path)
    {
        var usesDatabase = !Offline.Contains(path);
        yield return new(["--data", _here.File($"missing {path}")], usesDatabase && !Founders.Contains(path));
        yield return new(["--data", _here.Write("file", "")], usesDatabase);
        Directory.CreateDirectory(_here.File("damaged"));
        yield return new(["--data", Path.GetDirectoryName(_here.Write("damaged/handstamp.db", new string('x', 10_000)))!], usesDatabase);
        yield return new(["--config", _here.File("missing.json")], usesDatabase);
        yield return new(["--config", _here.Write("broken.json", "{")], usesDatabase);
        yield return new(["--config", _here.Write("unreachable.json", """
            {"Storage":{"Provider":"postgres","ConnectionString":"Host=127.0.0.1;Port=1;Database=a;Username=a"}}
            """), "--json"], usesDatabase);
    }

    static bool IsFile(Argument argument) => argument.Name is "FILE" or "OUTPUT";
}
