using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Handstamp.Host.Commands;
using Handstamp.Server.Accounts.Import;

namespace Handstamp.Host.Import;

/// <summary>
/// Writes what was refused as it comes, because the list can be long, and then the sums: as JSON for programs, as lines for
/// people. On a terminal, standard error shows how far the run is.
/// </summary>
sealed class ImportReport(ParseResult parsed, bool isTrial)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly bool _isJson = parsed.GetValue(GlobalOptions.Json);
    readonly long _start = Stopwatch.GetTimestamp();
    long _shown;
    long _added;
    long _alreadyThere;
    long _withoutPassword;

    public long Refused { get; private set; }

    long Read => _added + _alreadyThere + Refused;

    public void Begin()
    {
        if (_isJson) Console.Out.Write("{\"refusals\":[");
    }

    public void Add(long number, PortableUser? user, ImportOutcome outcome)
    {
        if (outcome is ImportOutcome.Added && user?.PasswordHash is null) _withoutPassword++;
        switch (outcome)
        {
            case ImportOutcome.Added: _added++; break;
            case ImportOutcome.AlreadyThere: _alreadyThere++; break;
            case ImportOutcome.Refused refused: Write(new ShownRefusal(number, refused.Code, refused.Reason)); break;
        }
    }

    public void ShowProgress(double? share)
    {
        if (Console.IsErrorRedirected || (_shown != 0 && Stopwatch.GetElapsedTime(_shown) < Pause)) return;
        _shown = Stopwatch.GetTimestamp();
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture,
            $"\r{share,4:P0}  {Read:N0} users, {Read / Stopwatch.GetElapsedTime(_start).TotalSeconds:N0} a second   "));
    }

    public void End()
    {
        ClearProgress();
        var sums = new ImportSums(_added, _withoutPassword, _alreadyThere, Refused, isTrial);
        if (_isJson)
        {
            // The members follow the list in the same object.
            Console.Out.Write("],");
            Console.Out.WriteLine(JsonSerializer.Serialize(sums, CommandJson.Lines.ImportSums)[1..]);
            return;
        }
        var without = _withoutPassword == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {_withoutPassword:N0} of them without a password");
        Answer.Line(string.Create(CultureInfo.InvariantCulture,
            $"{(isTrial ? "Would be added" : "Added")}: {_added:N0}{without}. Already there: {_alreadyThere:N0}. Refused: {Refused:N0}."));
    }

    void Write(ShownRefusal refusal)
    {
        if (_isJson)
        {
            if (Refused > 0) Console.Out.Write(',');
            Answer.WriteJson(refusal, CommandJson.Lines.ShownRefusal);
        }
        else
        {
            ClearProgress();
            Answer.Line(string.Create(CultureInfo.InvariantCulture, $"{refusal.Line}: {refusal.Code}: {refusal.Reason}"));
        }
        Refused++;
    }

    void ClearProgress()
    {
        if (_shown == 0) return;
        _shown = 0;
        Console.Error.Write("\r\u001b[K");
    }
}
