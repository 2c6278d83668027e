namespace Handstamp.Server.Outbox;

/// <summary>When an entry is tried again. Pure.</summary>
static class OutboxPauses
{
    /// <summary>After this time an entry is given up: its receiver would no longer expect it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>The time of the next attempt; null if the entry is given up. The pauses double.</summary>
    public static DateTimeOffset? Next(LeasedEntry entry, DateTimeOffset now)
    {
        var doubled = First * Math.Pow(2, Math.Min(entry.Attempt - 1, 16));
        var next = now + (doubled < Longest ? doubled : Longest);
        return next < entry.Entry.CreatedAt + Lifetime ? next : null;
    }
}
