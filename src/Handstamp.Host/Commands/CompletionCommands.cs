using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;

namespace Handstamp.Host.Commands;

/// <summary>
/// <c>handstamp completion SHELL</c>: the script that completes commands in a shell. At each Tab, the script asks the executable by
/// <c>handstamp complete</c>, so it has no list that could become old.
/// </summary>
static class CompletionCommands
{
    const string Bash = """
        # bash completion for handstamp

        _handstamp() {
          local IFS=$'\n'
          COMPREPLY=($("$1" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null | cut -f 1))
        }

        complete -o bashdefault -o default -F _handstamp handstamp
        """;

    // The last lines are for a shell that loads the file as a function when it is needed for the first time.
    const string Zsh = """
        #compdef handstamp
        compdef _handstamp handstamp

        _handstamp() {
          local -a found
          found=(${(f)"$("$words[1]" complete -- "${(@)words[2,CURRENT]}" 2> /dev/null)"})
          found=("${(@)found/$'\t'/:}")
          if (( $#found )); then
            _describe handstamp found
          else
            _files
          fi
        }

        if [ "$funcstack[1]" = "_handstamp" ]; then
          _handstamp
        fi
        """;

    const string Fish = """
        # fish completion for handstamp

        function __handstamp_complete
            set -l words (commandline -opc) (commandline -ct)
            set -l found ($words[1] complete -- $words[2..-1] 2> /dev/null)
            if set -q found[1]
                printf '%s\n' $found
            else
                __fish_complete_path (commandline -ct)
            end
        end

        complete -c handstamp -f -a '(__handstamp_complete)'
        """;

    static readonly Argument<string> Shell = new Argument<string>("SHELL")
    {
        Description = "Which shell.",
    }.AcceptOnlyFromAmong("bash", "zsh", "fish");

    static readonly Argument<string[]> Words = new("WORD") { Arity = ArgumentArity.ZeroOrMore };

    public static Command Create()
    {
        var completion = new Command("completion", "Print a script that completes commands in a shell: source <(handstamp completion bash)")
        {
            Shell,
        };
        completion.SetAction(parsed => Console.Out.WriteLine(parsed.GetRequiredValue(Shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        }));
        return completion;
    }

    /// <summary>For the scripts: the words after the name of the executable, up to the cursor.</summary>
    public static Command CreateComplete()
    {
        var complete = new Command("complete", "List what can follow.") { Words };
        complete.Hidden = true;
        complete.SetAction(parsed =>
        {
            var words = parsed.GetValue(Words) is { Length: > 0 } given ? given : [""];
            // After help stands a command.
            if (words is ["help", _, ..]) words = words[1..];
            var before = parsed.RootCommandResult.Command.Parse(words[..^1], CommandLine.Parser);
            foreach (var next in After(before).Where(next => next.Label.StartsWith(words[^1], StringComparison.Ordinal)))
                Console.Out.WriteLine($"{next.Label}\t{next.Detail}");
        });
        return complete;
    }

    static IEnumerable<CompletionItem> After(ParseResult before)
    {
        var command = before.CommandResult.Command;
        var options = Misunderstanding.OptionsOf(command);
        if (before.Tokens is [.., { Type: TokenType.Option, Value: var name }]
            && options.FirstOrDefault(option => option.Name == name) is { Arity.MinimumNumberOfValues: > 0 } last)
            return last.GetCompletions(CompletionContext.Empty);
        return
        [
            .. command.Arguments.SelectMany(argument => argument.GetCompletions(CompletionContext.Empty)),
            .. command.Subcommands.Concat<Symbol>(options).Where(symbol => !symbol.Hidden)
                .Select(symbol => new CompletionItem(symbol.Name, detail: symbol.Description)),
        ];
    }
}
