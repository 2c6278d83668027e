using System.Globalization;
using Handstamp.Proof.Long;

namespace Handstamp.Proof.Theft;

/// <summary>What <c>./prove theft</c> writes.</summary>
static class TheftPage
{
    public static void Write(
        Report report, IReadOnlyList<HonestSample> honest, IReadOnlyList<JarSample> sharing, IReadOnlyList<TheftSample> thefts,
        IReadOnlyList<OddsRow> odds)
    {
        report.Say("""
            Strict rotation ends a session when a used refresh token is shown again, be it by a thief or by a client
            whose answer was lost. Rules that forgive the client may forgive the thief. Here the same drawn clients
            and thieves meet one rule after the other.

            ![For each rule, which faults end in a logout and which thieves are still there](theft.svg)
            """);
        WriteRules(report);
        WriteHonest(report, honest, sharing);
        WriteThieves(report, thefts);
        WriteOdds(report, odds);
    }

    public static void WriteEnd(Report report, (int Runs, int Survivors) stored)
    {
        WriteStored(report, stored);
        WriteLimits(report);
    }

    static void WriteRules(Report report)
    {
        report.Say("""
            ## The rules

            Handstamp's is the code that the service runs. The others are models of a few lines each, in
            `proof/Handstamp.Proof/Theft/OtherRules.cs`, written from their sources.
            """);
        report.Table(
            ["rule", "read at", "settings"],
            RefreshRules.All.Select(rule => (object[])[rule.Name, rule.ReadAt, rule.Settings]));
    }

    static void WriteHonest(Report report, IReadOnlyList<HonestSample> honest, IReadOnlyList<JarSample> sharing)
    {
        report.Say(Text($"""
            ## False logouts of honest clients

            Per 100,000 refreshes, of which {100_000 * HonestTrace.FaultShare:N0} meet the fault;
            {honest[0].Refreshes:N0} were played for each number. *Lost answer*: the request or its answer is lost, up
            to four times in a row; half of the clients try again within seconds, half a minute to twelve hours later.
            *Several tabs*: two to eight callers that share a cookie refresh at once, and the answer that arrives last
            is kept. *Doubled request*: a copy arrives up to ten seconds later, or a request that was given up arrives
            after its repetition. *Crash*: the answer came and was not stored. *Shared jar*: a page whose views, one in
            twenty seconds, have two to eight requests, half of them at any moment of the half minute after it; they share
            a cookie, a request and its answer take up to five seconds each, and in one minute of a hundred all answers
            are lost, for up to a minute in a row; per 100,000 views.
            """));
        report.Table(
            ["rule", .. Enum.GetValues<Fault>().Select(TheftChart.NameOf), "shared jar"],
            honest.GroupBy(sample => sample.Rule).Select(rule => (object[])
            [
                rule.Key.Name, .. rule.Select(sample => Text($"{sample.Per100000:N0}")),
                Text($"{sharing.Single(sample => sample.Rule == rule.Key).Per100000:N0}"),
            ]));
    }

    static void WriteThieves(Report report, IReadOnlyList<TheftSample> thefts)
    {
        report.Say(Text($"""
            ## How long a thief stays

            A victim refreshes at a random moment in the last fifth of a ten-minute access token, ten hours a day, for
            {TheftSample.Days} days; {thefts[0].Outcomes.Count} victims for each number. At a random moment of the
            first day a thief copies the refresh token. The thief:

            {string.Join('\n', Thieves.All.Select(thief => $"- *{thief.Name}*: {thief.Does}."))}

            Thieves who still get access tokens on the last day:
            """));
        Table(report, thefts, sample => TheftChart.Percent(sample.StillThere));
        report.Say("""
            With Handstamp's defaults two of these stay, both by getting what the victim gets, as a replay, every time: the one
            who sees the refreshes, and the one who polls, if its first guess hits; one who polls better has a table of its
            own below. `Sessions:SuspectedSharing` `end` ends the second, `Sessions:RetryWindow` 0 both; the table of false
            logouts has their price.

            From the theft to the last access token that the thief gets, median and 95th percentile:
            """);
        Table(report, thefts, sample => $"{Span(sample.Stayed(0.5))}, {Span(sample.Stayed(0.95))}");
        report.Say("""
            Most of that is nights, in which the victim does not refresh. The victim's refreshes in that time, median
            and 95th percentile; – where most thieves stay:
            """);
        Table(report, thefts, sample =>
            sample.StillThere > 0.5 ? "–" : $"{sample.Refreshes(0.5)}, {sample.Refreshes(0.95)}");
    }

    static void WriteOdds(Report report, IReadOnlyList<OddsRow> odds)
    {
        report.Say("""
            ## The odds of a thief who guesses

            A thief who uses the token once for each refresh, away from the victim's use, is found out; so it has to guess
            the moment. The victim's client draws it within an interval of width w. A use in the middle hits when the one
            that comes later, thief or victim, gets the same answer as the one before, a replay: within R, the window
            less the quiet gap at its end. So p = min(1, 2R ÷ w), and pⁿ for n refreshes in a row. With R = 20 s, calculated
            and counted:
            """);
        report.Table(
            ["jitter w", .. odds[0].Guessing.SelectMany(Columns)],
            odds.Select(row => (object[])
            [
                Span(row.Jitter),
                .. row.Guessing.SelectMany(guess => (string[])[Odds(guess.Calculated), Odds(guess.Simulated)]),
            ]));
        report.Say(Text($"Counted over {odds[0].Runs:N0} thieves in each row."));
    }

    static void WriteStored(Report report, (int Runs, int Survivors) stored) =>
        report.Say(Text($"""
            ## On the real store

            {stored.Runs:N0} sessions on SQLite, through the code that `/refresh` runs. A thief shows up to five times between
            two refreshes any token that it ever got, more than a window away from the victim. In a session that still
            lived after the victim's second refresh, {stored.Survivors:N0} thieves held a token that works. Each
            answer was the one of the pure decision.
            """));

    static void WriteLimits(Report report) => report.Say("""
        ## What is left out

        - Clients. Supabase and SuperTokens ship browser libraries that let one tab at a time refresh; with them *several
          tabs* happens less often. The rules of the servers are compared, each with the same plain client.
        - Databases. Requests are taken one after the other. What a system does when two overlap within milliseconds (a
          lock, a wait, a conflict, a fork) is not modelled; for some it would add refusals.
        - Idle and absolute ends, passwords that are changed, people who look at their device list, alarms. The thieves
          have the victim's network and user agent, so what a change of place gives away is left out, too.
        - Two apps that keep a copy of one token each are two parties. Every rule that finds a thief ends their session.
        - OpenIddict's leeway is counted from the first use of a token, Hydra's too.
        - Where the core of SuperTokens ≤ 5.4 only reports a theft, its SDK ends the session; so does the model.
        - The shares of lost answers and of tabs are chosen, not measured. They scale the numbers of a column; which of
          them are zero does not depend on them.
        - Supabase's example configuration sets the reuse interval to 0; then polling doesn't keep its window open.
        """);

    static void Table(Report report, IReadOnlyList<TheftSample> thefts, Func<TheftSample, string> cell) => report.Table(
        ["rule", .. Thieves.All.Select(thief => thief.Name)],
        thefts.GroupBy(sample => sample.Rule).Select(rule => (object[])[rule.Key.Name, .. rule.Select(cell)]));

    static string[] Columns((int Refreshes, double Calculated, double Simulated) guess) =>
        [guess.Refreshes == 1 ? "1 refresh: calculated" : $"{guess.Refreshes} in a row: calculated", "counted"];

    static string Odds(double chance) => chance is > 0 and < 0.0001
        ? chance.ToString("0.0e+0", CultureInfo.InvariantCulture)
        : chance.ToString("0.####", CultureInfo.InvariantCulture);

    public static string Span(double seconds) => seconds switch
    {
        0 => "0",
        < 60 => Text($"{seconds:0} s"),
        < 7200 => Text($"{seconds / 60:0} min"),
        < 2 * VictimTrace.Day => Text($"{seconds / 3600:0} h"),
        _ => Text($"{seconds / VictimTrace.Day:0} d"),
    };

    static string Text(FormattableString text) => FormattableString.Invariant(text);
}
