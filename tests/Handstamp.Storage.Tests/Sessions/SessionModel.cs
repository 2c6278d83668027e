using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

/// <summary>Sessions and their accounts in plain memory. Every engine must answer as this model does.</summary>
sealed class SessionModel
{
    readonly SortedDictionary<string, Row> _rows = new(StringComparer.Ordinal);
    readonly Dictionary<Guid, bool> _disabled = [];

    public List<(Guid Session, EndReason Reason, DateTimeOffset At)> Feed { get; } = [];

    public void AddAccount(Guid id) => _disabled.Add(id, false);

    public bool Create(Session session)
    {
        if (!IsActive(session.AccountId)) return false;
        _rows.Add(Key(session.Id), new Row(session));
        return true;
    }

    public SessionReading? Rotate(Rotation rotation)
    {
        if (FindLive(rotation.SessionId, rotation.Issue.At) is not { } row) return null;
        var options = new RotationOptions(rotation.RetryWindow, LateRetryLimit: int.MaxValue);
        var decision = RotationRules.Decide(row.Session.Rotation, rotation.Presented, rotation.Issue.At, options);
        if (decision.Verdict != RotationVerdict.Rotate || !IsActive(row.Session.AccountId)) return null;
        return rotation.Transport == row.Session.Transport
            ? Move(row, decision.Next, rotation.Issue, isSign: false)
            : null;
    }

    public SessionReading? Advance(Guid id, RotationState from, RotationState to, Issue issue) =>
        FindLive(id, issue.At) is { } row && IsIn(row, from)
            ? Move(row, to with { SeenBefore = row.Session.Rotation.SeenBefore }, issue, isSign: from.Last > from.First)
            : null;

    public Session? Note(Guid id, RotationState inState, Issue issue)
    {
        if (FindLive(id, issue.At) is not { } row || !IsIn(row, inState)) return null;
        return row.Session = row.Session with { SuspectedSharing = After(row.Session.SuspectedSharing, issue, isSign: false) };
    }

    public SessionReading? Reauthenticate(Reauthentication again)
    {
        if (FindLive(again.SessionId, again.At) is not { } row || row.Session.AccountId != again.AccountId || !IsActive(again.AccountId))
            return null;
        row.Session = row.Session with { AuthenticatedAt = again.At, AuthenticationMethods = again.Methods };
        return Reading(row);
    }

    public SessionReading? Find(Guid id) => _rows.TryGetValue(Key(id), out var row) ? Reading(row) : null;

    public bool End(Guid id, EndReason reason, DateTimeOffset now, RotationState? inState)
    {
        if (FindLive(id, now) is not { } row || (inState is { } state && !IsIn(row, state))) return false;
        EndRow(row, reason, now);
        return true;
    }

    public int EndAll(Guid accountId, EndReason reason, DateTimeOffset now)
    {
        var live = LiveOf(accountId, now).ToList();
        foreach (var row in live) EndRow(row, reason, now);
        return live.Count;
    }

    public int CountLive(Guid accountId, DateTimeOffset now) => LiveOf(accountId, now).Count();

    public int Sweep(DateTimeOffset before)
    {
        var swept = _rows.Where(pair => (pair.Value.End?.At ?? pair.Value.Session.IdleExpiresAt) < before).ToList();
        foreach (var (key, _) in swept) _rows.Remove(key);
        return swept.Count;
    }

    public void SetDisabled(Guid accountId, bool disabled, DateTimeOffset now)
    {
        if (!_disabled.TryGetValue(accountId, out var was) || was == disabled) return;
        _disabled[accountId] = disabled;
        if (disabled) EndAll(accountId, EndReason.AccountDisabled, now);
    }

    public bool Delete(Guid accountId, DateTimeOffset now)
    {
        if (!_disabled.Remove(accountId)) return false;
        EndAll(accountId, EndReason.AccountDeleted, now);
        return true;
    }

    // The stores compare these four; they decide the fifth.
    static bool IsIn(Row row, RotationState state) => row.Session.Rotation with { SeenBefore = 0 } == state with { SeenBefore = 0 };

    static string Key(Guid id) => id.ToString("n");

    bool IsActive(Guid accountId) => _disabled.TryGetValue(accountId, out var disabled) && !disabled;

    Row? FindLive(Guid id, DateTimeOffset now) =>
        _rows.TryGetValue(Key(id), out var row) && row.IsLive(now) ? row : null;

    IEnumerable<Row> LiveOf(Guid accountId, DateTimeOffset now) =>
        _rows.Values.Where(row => row.Session.AccountId == accountId && row.IsLive(now));

    void EndRow(Row row, EndReason reason, DateTimeOffset now)
    {
        row.End = new SessionEnd(now, reason);
        Feed.Add((row.Session.Id, reason, now));
    }

    SessionReading Move(Row row, RotationState next, Issue issue, bool isSign)
    {
        var contention = After(row.Session.SuspectedSharing, issue, isSign);
        var idle = issue.At + issue.IdleLifetime;
        row.Session = row.Session with
        {
            Rotation = next,
            MacKeyId = issue.MacKeyId,
            IdleExpiresAt = idle < row.Session.ExpiresAt ? idle : row.Session.ExpiresAt,
            SuspectedSharing = contention,
        };
        return Reading(row);
    }

    SuspectedSharing After(SuspectedSharing known, Issue issue, bool isSign)
    {
        var changes = known.Source != issue.By.Source;
        var returns = changes && known.OtherSource == issue.By.Source && issue.At - known.SourceChangedAt < issue.By.Alternation;
        if (isSign || returns) known = known with { Count = known.Count + 1, At = issue.At };
        return changes
            ? known with { OtherSource = known.Source, Source = issue.By.Source, SourceChangedAt = issue.At }
            : known;
    }

    SessionReading Reading(Row row) => new(row.Session, row.End, State(row.Session.AccountId), AccountClaims.None);

    AccountState State(Guid accountId) =>
        !_disabled.TryGetValue(accountId, out var disabled) ? AccountState.Deleted
        : disabled ? AccountState.Disabled
        : AccountState.Active;

    sealed class Row(Session session)
    {
        public Session Session { get; set; } = session;

        public SessionEnd? End { get; set; }

        public bool IsLive(DateTimeOffset now) =>
            End is null && now < Session.IdleExpiresAt && now < Session.ExpiresAt;
    }
}
