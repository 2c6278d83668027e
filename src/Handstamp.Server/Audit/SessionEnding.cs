using Handstamp.Server.Outbox;

namespace Handstamp.Server.Audit;

/// <summary>An end of sessions: why, when, and by whom.</summary>
sealed record SessionEnding(EndReason Reason, DateTimeOffset At, Origin By)
{
    /// <summary>The message to the account's owner about it; null if there is none.</summary>
    public OutboxEntry? Notice { get; init; }

    /// <summary>The event of one session; the store knows its account.</summary>
    public Event OfOne(Guid sessionId) => Ended with { SessionId = sessionId };

    /// <summary>One event for all sessions of an account; the store knows how many.</summary>
    public Event OfAll(Guid accountId) => Ended with { AccountId = accountId };

    Event Ended => By.Does(EventKind.SessionEnded, At) with { Outcome = Event.OutcomeOf(Reason), Notice = Notice };
}
