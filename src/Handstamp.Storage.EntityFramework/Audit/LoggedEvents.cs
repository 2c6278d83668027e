using Handstamp.Server.Audit;

namespace Handstamp.Storage.EntityFramework.Audit;

/// <summary>
/// No rows: in an app, events are log lines and counters, as the app's other events are. Nothing is read back.
/// </summary>
sealed class LoggedEvents : IEventStore
{
    static readonly Task<EventPage> Empty = Task.FromResult(new EventPage([], null));

    public Task CountAsync(IReadOnlyList<Event> counted) => Task.CompletedTask;

    public Task<EventPage> ReadBackAsync(EventFilter filter, Guid? before, int look, CancellationToken cancel) => Empty;

    public Task<EventPage> ReadOnAsync(EventFilter filter, Guid after, int look, CancellationToken cancel) => Empty;

    public Task<int> SweepAsync(DateTimeOffset before, int limit) => Task.FromResult(0);

    public Task<int> SweepRefusalsAsync(int keep, int limit) => Task.FromResult(0);
}
