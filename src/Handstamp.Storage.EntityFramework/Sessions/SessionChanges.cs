using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Storage.EntityFramework.Rows;

namespace Handstamp.Storage.EntityFramework.Sessions;

/// <summary>What a use makes of the row that was read; null if it changes nothing. The write demands that row.</summary>
static class SessionChanges
{
    /// <summary>The rotate cells of the rule.</summary>
    public static SessionRow? Rotated(SessionRow row, Rotation use)
    {
        if (row.Transport != (int)use.Transport || (row.KeyThumbprint is { } bound && bound != use.KeyThumbprint)) return null;
        // The other cells write nothing here, so the limit of late retries does not matter.
        var options = new RotationOptions(use.RetryWindow, LateRetryLimit: 0);
        var decision = RotationRules.Decide(row.State(), use.Presented, use.Issue.At, options);
        return decision.Verdict == RotationVerdict.Rotate ? Issued(row, decision.Next, use.Issue, isSign: false) : null;
    }

    /// <summary>A late retry has got another successor; a second one in a row is a sign.</summary>
    public static SessionRow? Advanced(SessionRow row, RotationState from, RotationState to, Issue issue) =>
        IsIn(row, from) ? Issued(row, to with { SeenBefore = row.SeenBefore }, issue, isSign: row.First < row.Last) : null;

    public static SessionRow? Noted(SessionRow row, RotationState inState, Issue issue)
    {
        if (!IsIn(row, inState)) return null;
        var next = row.Copy();
        Note(next, issue, isSign: false);
        return next;
    }

    public static SessionRow? Reauthenticated(SessionRow row, Reauthentication again)
    {
        if (row.AccountId != again.AccountId) return null;
        var next = row.Copy();
        (next.Methods, next.AuthenticatedAt) = (again.Methods, again.At.ToUnixTimeMilliseconds());
        return next;
    }

    // The caller does not decide which generation was used before.
    static bool IsIn(SessionRow row, RotationState state) => row.State() == state with { SeenBefore = row.SeenBefore };

    static SessionRow Issued(SessionRow row, RotationState state, Issue issue, bool isSign)
    {
        var next = row.Copy();
        next.Take(state);
        next.MacKey = KeyFactory.MacName(issue.MacKeyId);
        var idle = row.IsTemporary ? issue.TemporaryIdleLifetime : issue.IdleLifetime;
        next.IdleExpiresAt = Math.Min(row.ExpiresAt, issue.At.ToUnixTimeMilliseconds() + idle.ToMilliseconds());
        Note(next, issue, isSign);
        return next;
    }

    // From one source, then from another, and soon from the first one again.
    static void Note(SessionRow row, Issue issue, bool isSign)
    {
        var (now, source) = (issue.At.ToUnixTimeMilliseconds(), issue.By.Source);
        var changes = row.Source != source;
        var returns = row.Source is not null && changes && row.OtherSource == source
            && now - row.SourceChangedAt < issue.By.Alternation.ToMilliseconds();
        if (isSign || returns) (row.Signs, row.SignAt) = (row.Signs + 1, now);
        if (changes) (row.OtherSource, row.Source, row.SourceChangedAt) = (row.Source, source, now);
    }
}
