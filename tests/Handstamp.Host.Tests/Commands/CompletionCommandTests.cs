using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

/// <summary>The scripts, loaded by the shells themselves.</summary>
public sealed class CompletionCommandTests
{
    // What follows the words up to the cursor. The last word is what has been typed of the next one.
    public static readonly TheoryData<string[], string[]> Cases = new()
    {
        { ["ver"], ["version"] },
        { ["user", "set-"], ["set-claims", "set-password", "set-roles", "set-username"] },
        { ["user", "list", "--s"], ["--search"] },
        { ["user", "list", "--"], ["--config", "--data", "--help", "--json", "--limit", "--search"] },
        { ["import", "users", "file", "--format", ""], ["csv", "json", "jsonl"] },
        { ["user", "delete", "ada@example.com", "--yes", "--j"], ["--json"] },
        { ["keys", "rotate", "s"], ["seal", "sign"] },
        { ["comp"], ["completion"] },
        { ["help", "user", "rese"], ["reset-factors"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Bash_completes(string[] typed, string[] offered) => Assert.Equal(offered, await AskAsync("bash", """
        set -e
        source <("$1" completion bash)
        complete -p handstamp > /dev/null
        exe=$1; shift
        COMP_WORDS=(handstamp "$@"); COMP_CWORD=$#
        _handstamp "$exe"
        printf '%s\n' "${COMPREPLY[@]}"
        """, typed));

    // The description stands after a tab.
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Fish_completes(string[] typed, string[] offered) => Assert.Equal(offered, await AskAsync("fish", """
        set PATH (path dirname $argv[1]) $PATH
        handstamp completion fish | source
        complete -C (string join -- ' ' handstamp $argv[2..-1]) | cut -f 1
        """, typed));

    // Its functions run only in an interactive shell: one on a terminal of its own, which completes a command and runs it.
    [Fact]
    public async Task Zsh_completes()
    {
        var shown = await AskAsync("zsh", """
            zmodload zsh/zpty
            export PATH=${1:h}:$PATH
            zpty shell 'zsh -f -i'
            zpty -w shell 'autoload -U compinit && compinit -u -D && source <(handstamp completion zsh)'
            zpty -w shell $'handstamp help user rese\t; echo the "end"'
            zpty -r shell shown $'*the end*'
            print -r -- "$shown"
            """, []);

        Assert.Contains(shown, line => line.Contains("handstamp user reset-factors <ACCOUNT>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_shell_is_refused() => Assert.Equal(
        "Argument 'powershell' not recognized. Must be one of: 'bash', 'zsh', 'fish'. See --help.\n",
        (await HandstampExecutable.RunAsync("completion", "powershell")).Error);

    static async Task<IReadOnlyList<string>> AskAsync(string shell, string script, string[] typed)
    {
        string[] before = shell switch
        {
            "bash" => ["--norc", "-c", script, "bash"],
            "zsh" => ["-f", "-c", script, "zsh"],
            _ => ["--no-config", "-c", script],
        };
        var result = await CommandResult.OfAsync(shell, new CommandCall([.. before, HandstampExecutable.Path, .. typed]));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }
}
