using Handstamp.Proof.Long;

namespace Handstamp.Proof.Theft;

/// <summary>The part of <c>./prove theft</c>'s page about thieves who poll.</summary>
static class PollingPage
{
    public static void Write(Report report, IReadOnlyList<PollingRow> rows)
    {
        report.Say(FormattableString.Invariant($"""
            ## The odds of a thief who polls

            It shows the copy before the victim does, and goes on showing it in the interval in which the victim is due,
            every 20 to 25 seconds. That does no harm: it gets late retries. If an answer has a token that is not the thief's,
            the victim has got that one by a late retry of its own; from then on the thief knows what the victim holds. A 409
            tells that the victim has moved on, early enough to follow with that token. Only a victim who comes while the thief's
            own token is replayed is not noticed; then the thief has to guess which of its tokens that was.

            Of {PollingRow.Runs:N0} such thieves in each cell, the share that is still there after 24 hours of the victim's
            continuous use, by `Sessions:LateRetryLimit`. With a limit the thief keeps within it. The access token's life is
            ten minutes, or five times the jitter.
            """));
        report.Table(
            ["jitter", .. PollingRow.Limits.Select(limit => limit == PollingRow.NoLimit ? "no limit, the default" : $"{limit}")],
            rows.Select(row => (object[])
                [TheftPage.Span(row.Jitter), .. PollingRow.Limits.Select(limit => TheftChart.Percent(row.Staying[limit]))]));
        report.Say("""
            These are the best thieves that we know, not the best that there are. A wider jitter does not help much against
            them, a limit does, and what it costs stands in the table of false logouts. It does nothing against a thief who
            sees the refreshes. Only a session that is bound to a key (RFC 9449) closes it: a copied token alone gets nothing
            there, whatever the thief does, if the key can't be copied. That is so by construction, not simulated.
            """);
    }
}
