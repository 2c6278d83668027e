using System.CommandLine;
using Handstamp.Proof.Faults;
using Handstamp.Proof.Long;
using Handstamp.Rig.Report;
using Handstamp.TestBed;

namespace Handstamp.Proof.Growth;

/// <summary>The long form of <see cref="GrowthTests"/>.</summary>
static class GrowthProof
{
    const long Budget = 100_000_000;

    public static Command Command()
    {
        var (hashed, refused) = (Bound.Of("--hashed", 10_000), Bound.Of("--refused", 10_000_000));
        var command = new Command("growth", "What ten million requests of strangers leave in the database.") { hashed, refused };
        command.SetAction((given, _) => RunAsync(given.GetValue(hashed), given.GetValue(refused)));
        return command;
    }

    static async Task<int> RunAsync(int hashed, int refused)
    {
        List<GrowthResult> results = [];
        foreach (var engine in Enum.GetValues<Engine>())
        {
            using var data = new TempDirectory();
            results.Add(await new GrowthRun(hashed, refused, engine).RunAsync(data.Path));
        }
        return new Report("growth", "Strangers leave almost nothing in the database")
            .Say("The callers have no accounts. Through a trusted proxy, each request comes from a new IPv6 /64 if that helps the " +
                "stranger, and uses an email address that was not used before. Half of the hashed requests " +
                "are failed logins, half are registrations; the others are refused in ten ways, among them logins and " +
                "registrations that have to wait, forged tokens, and invalid addresses and passwords. A first failure is " +
                "followed by a day's wait, so that each counter stays for the longest possible time.")
            .Table(
                ["engine", "hashed", "rows of accounts", "other rows", "size", "refused without a hash", "rows", "size", "rows of refusals in the audit trail", "in minutes"],
                results.Select(Row))
            .Say($"Budget: {Budget / 1_000_000} MB in total, including accounts, and no row for a request that was not hashed, except for the sums in the audit trail: a thousand a minute.")
            .Save(results.All(result => result.AfterHashed.Bytes + result.AfterRefused.Bytes < Budget
                && result.AfterRefused is { Accounts: 0, Others: 0 }
                && result.AfterHashed.Refusals + result.AfterRefused.Refusals <= result.MostRefusals), $"growth --hashed {hashed} --refused {refused}");
    }

    static object[] Row(GrowthResult result) =>
    [
        result.Run.Engine, $"{result.Run.Hashed:N0}", $"{result.AfterHashed.Accounts:N0}", $"{result.AfterHashed.Others:N0}",
        Megabytes(result.AfterHashed), $"{result.Run.Refused:N0}", $"{result.AfterRefused.Accounts + result.AfterRefused.Others:N0}",
        Megabytes(result.AfterRefused), $"{result.AfterHashed.Refusals + result.AfterRefused.Refusals:N0}", $"{result.Took.TotalMinutes:N0}",
    ];

    static string Megabytes(DatabaseSize size) => $"{Format.Number(size.Bytes / 1e6)} MB";
}
