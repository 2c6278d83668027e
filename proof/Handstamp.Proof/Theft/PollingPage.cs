using Handstamp.Proof.Long;

namespace Handstamp.Proof.Theft;

/// <summary>The part of <c>./prove theft</c>'s page about thieves who poll.</summary>
static class PollingPage
{
    public static void Write(Report report, IReadOnlyList<PollingRow> rows)
    {
        report.Say(FormattableString.Invariant($"""
            ## The odds of a thief who polls

            The thief sends the copy before the victim does, and keeps sending it every 20 to 25 seconds in the interval in
            which the victim is due. That does no harm: the thief gets late retries. If an answer has a token that is not the
            thief's, the victim got that token by its own late retry, and now the thief knows which token the victim holds. A
            409 reveals that the victim has moved on, early enough to follow with that token. The thief misses only a victim
            who comes while the thief's own token is replayed, and then has to guess which of its tokens the victim got.

            Of {PollingRow.Runs:N0} such thieves in each cell, the share that is still there after 24 hours of continuous use by
            the victim, for each `Sessions:LateRetryLimit`. With a limit, the thief stays within the limit. The life of the
            access token is ten minutes, or five times the jitter.
            """));
        report.Table(
            ["jitter", .. PollingRow.Limits.Select(limit => limit == PollingRow.NoLimit ? "no limit, the default" : $"{limit}")],
            rows.Select(row => (object[])
                [TheftPage.Span(row.Jitter), .. PollingRow.Limits.Select(limit => TheftChart.Percent(row.Staying[limit]))]));
        report.Say("""
            These are the best thieves that we know, not the best that are possible. A wider jitter does not help much against
            them. A limit helps; the table of false logouts shows what it costs. A limit does nothing against a thief who sees
            the refreshes. Only a session that is bound to a key (RFC 9449) stops that thief: a copied token alone gets nothing,
            whatever the thief does, if the key cannot be copied. This follows from the construction and is not simulated.
            """);
    }
}
