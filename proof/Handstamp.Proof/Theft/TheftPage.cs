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
            Strict rotation ends a session when a used refresh token is sent again, whether by a thief or by a client that
            lost the answer. A rule that forgives the client may also forgive the thief. Here, the same simulated clients and
            thieves meet each rule.

            ![For each rule: which faults end in a logout, and which thieves stay](theft.svg)
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

            Handstamp's rule is the code that the service runs. The others are models of a few lines each, in
            `proof/Handstamp.Proof/Theft/OtherRules.cs`, written from the sources of those systems.
            """);
        report.Table(
            ["rule", "read at", "settings"],
            RefreshRules.All.Select(rule => (object[])[rule.Name, rule.ReadAt, rule.Settings]));
    }

    static void WriteHonest(Report report, IReadOnlyList<HonestSample> honest, IReadOnlyList<JarSample> sharing)
    {
        report.Say(Text($"""
            ## False logouts of honest clients

            False logouts per 100,000 refreshes, of which {100_000 * HonestTrace.FaultShare:N0} meet the fault. Each number
            comes from {honest[0].Refreshes:N0} simulated refreshes. *Lost answer*: the request or its answer is lost, up to
            four times in a row. Half of the clients try again within seconds, the other half after a minute to twelve hours.
            *Several tabs*: two to eight callers that share a cookie refresh at once, and the last answer to arrive is kept.
            *Doubled request*: a copy arrives up to ten seconds later, or an abandoned request arrives after its repetition.
            *Crash*: the client received the answer but did not store it. *Shared jar*, per 100,000 views: a page has a view
            every twenty seconds, with two to eight requests, half of them at any moment of the half minute after it. They
            share a cookie. A request and its answer take up to five seconds each. In one minute of a hundred, all answers are
            lost, for up to a minute in a row.
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

            A victim refreshes at a random moment in the last fifth of the life of a ten-minute access token, ten hours a day,
            for {TheftSample.Days} days. There are {thefts[0].Outcomes.Count} victims for each number. At a random moment of the
            first day, a thief copies the refresh token. The thief:

            {string.Join('\n', Thieves.All.Select(thief => $"- *{thief.Name}*: {thief.Does}."))}

            Thieves who still get access tokens on the last day:
            """));
        Table(report, thefts, sample => TheftChart.Percent(sample.StillThere));
        report.Say("""
            With Handstamp's defaults, two of these thieves stay: the one who sees the refreshes, and the one who polls, if its
            first guess is right. Both get the victim's answer as a replay, every time. A thief who polls better has its own
            table below. `Sessions:SuspectedSharing` `end` stops the second thief, and `Sessions:RetryWindow` 0 stops both. The
            table of false logouts shows what that costs.

            From the theft to the last access token that the thief gets, median and 95th percentile:
            """);
        Table(report, thefts, sample => $"{Span(sample.Stayed(0.5))}, {Span(sample.Stayed(0.95))}");
        report.Say("""
            Most of that time is nights, in which the victim does not refresh. The victim's refreshes in that time, median and
            95th percentile; – means that most thieves stay:
            """);
        Table(report, thefts, sample =>
            sample.StillThere > 0.5 ? "–" : $"{sample.Refreshes(0.5)}, {sample.Refreshes(0.95)}");
    }

    static void WriteOdds(Report report, IReadOnlyList<OddsRow> odds)
    {
        report.Say("""
            ## The odds of a thief who guesses

            A thief who uses the token once for each refresh, at another time than the victim, is detected. So the thief has to
            guess the moment. The victim's client draws the moment from an interval of width w. A use in the middle hits when
            the later of the two, thief or victim, gets the same answer as the earlier one, as a replay: within R, the window
            without the quiet gap at its end. So p = min(1, 2R ÷ w) for one refresh, and pⁿ for n refreshes in a row. With
            R = 20 s, calculated and counted:
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

            {stored.Runs:N0} sessions on SQLite, through the code that `/refresh` runs. Between two refreshes, a thief sends up
            to five times any token that it ever got, more than a window away from the victim. In the sessions that were still
            alive after the victim's second refresh, {stored.Survivors:N0} thieves held a token that works. Each answer was the
            same as that of the pure decision.
            """));

    static void WriteLimits(Report report) => report.Say("""
        ## What is left out

        - Clients. Supabase and SuperTokens ship browser libraries that let only one tab at a time refresh. With them,
          *several tabs* happens less often. The rules of the servers are compared, each with the same plain client.
        - Databases. Requests are handled one after another. What a system does when two requests overlap within
          milliseconds (a lock, a wait, a conflict, a fork) is not modelled. For some systems it would add refusals.
        - Idle and absolute ends, password changes, people who look at their device list, alarms. The thieves have the
          victim's network and user agent, so the signs of another place are left out, too.
        - Two apps that keep a copy of one token each are two parties. Every rule that finds a thief ends their session.
        - OpenIddict's leeway is counted from the first use of a token, and so is Hydra's.
        - Where the core of SuperTokens ≤ 5.4 only reports a theft, its SDK ends the session. The model does the same.
        - The shares of lost answers and of tabs are chosen, not measured. They scale the numbers of a column. Which of the
          numbers are zero does not depend on the shares.
        - Supabase's example configuration sets the reuse interval to 0. With that setting, polling does not keep its
          window open.
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
