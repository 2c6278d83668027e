using Handstamp.Server.Audit;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Audit;

/// <summary>Binds an event to a statement that adds it.</summary>
static class EventCalls
{
    /// <summary>The whole event, for a statement that takes nothing from the database.</summary>
    public static Call BindEvent(this Call call, Event done) => call.BindWhatIsKnown(done)
        .Bind("@event_account", done.AccountId)
        .Bind("@event_session", done.SessionId)
        .Bind("@event_count", done.Count);

    /// <summary>Binds an event and its tally.</summary>
    public static Call BindCounted(this Call call, Event counted) => call.BindEvent(counted)
        .Bind("@event_tally", counted.Tally)
        .Bind("@event_since", counted.Since);

    /// <summary>Without account, session and count, which the statement takes from its own change.</summary>
    public static Call BindWhatIsKnown(this Call call, Event done) => call
        .Bind("@event_id", done.Id)
        .Bind("@event_at", done.At)
        .Bind("@event_kind", (int)done.Kind)
        .Bind("@event_actor", (int)done.By.Actor.Kind)
        .Bind("@event_actor_id", done.By.Actor.Id)
        .Bind("@event_address", done.By.Address?.GetAddressBytes())
        .Bind("@event_user_agent", done.By.UserAgent)
        .Bind("@event_outcome", done.Outcome)
        .Bind("@event_detail", done.Detail);
}
