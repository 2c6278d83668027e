namespace Handstamp.Server.Audit;

/// <summary>That sessions end: why, when, and who does it.</summary>
sealed record SessionEnding(EndReason Reason, DateTimeOffset At, Origin By)
{
    /// <summary>The event of one session; the store knows whose it is.</summary>
    public Event OfOne(Guid sessionId) => Ended with { SessionId = sessionId };

    /// <summary>The one event of all that an account has; the store knows how many.</summary>
    public Event OfAll(Guid accountId) => Ended with { AccountId = accountId };

    Event Ended => By.Does(EventKind.SessionEnded, At) with { Outcome = Event.OutcomeOf(Reason) };
}
