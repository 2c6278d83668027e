using System.Net;
using Handstamp.Server.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Audit;

/// <summary>
/// Adds up refused attempts in memory, by network, account and minute, and writes them every few seconds. A flood makes
/// as many rows as it has networks, up to a limit per minute; the rest goes into one row of its kind. A crash loses a
/// few seconds of them.
/// </summary>
sealed class RefusalTally(IEventStore events, TimeProvider clock, ILogger<RefusalTally> log) : BackgroundService
{
    /// <summary>The maximum number of rows of this node in a minute.</summary>
    public const int MostInMinute = 1000;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    readonly Lock _lock = new();
    readonly Dictionary<Key, Counted> _minute = [];
    readonly List<Event> _due = [];
    DateTimeOffset _began;

    public void Add(Event refused)
    {
        var key = new Key(refused.Kind, refused.Outcome, refused.By.Address?.AuditNetwork(), refused.AccountId);
        lock (_lock)
        {
            var began = MinuteOf(refused.At);
            // A late request of the previous minute counts for this one.
            if (began > _began) Turn(began);
            if (!_minute.TryGetValue(key, out var counted))
            {
                if (_minute.Count >= MostInMinute) key = new Key(refused.Kind, Outcome: null, Network: null, AccountId: null);
                if (!_minute.TryGetValue(key, out counted)) _minute.Add(key, counted = new Counted(refused.At));
            }
            counted.Add(refused.At);
        }
    }

    /// <summary>Writes what has been added since the last time.</summary>
    public async Task WriteAsync()
    {
        var due = TakeDue();
        if (due.Count == 0) return;
        try
        {
            await events.CountAsync(due);
        }
        catch (StorageUnavailableException fault)
        {
            AuditLog.RefusalsLost(log, due.Sum(one => one.Count), fault);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await WriteAsync();
    }

    List<Event> TakeDue()
    {
        lock (_lock)
        {
            Collect();
            List<Event> due = [.. _due];
            _due.Clear();
            return due;
        }
    }

    void Turn(DateTimeOffset began)
    {
        Collect();
        _minute.Clear();
        _began = began;
    }

    // The rows of the minute are kept after they were written, because they count for its limit.
    void Collect()
    {
        foreach (var (key, counted) in _minute)
            if (counted.Take() is { Count: > 0 } counts) _due.Add(key.ToEvent(_began, counts));
    }

    static DateTimeOffset MinuteOf(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMinute));

    readonly record struct Key(EventKind Kind, string? Outcome, IPAddress? Network, Guid? AccountId)
    {
        public Event ToEvent(DateTimeOffset minute, Counts counts) => new()
        {
            Id = EventId.At(counts.Last),
            Kind = Kind,
            At = counts.Last,
            Since = counts.First,
            By = new Origin(new Actor(ActorKind.Person), Network),
            AccountId = AccountId,
            Outcome = Outcome,
            Count = counts.Count,
            Tally = EventId.Tally(Kind, minute, Outcome, Network, AccountId),
        };
    }

    readonly record struct Counts(int Count, DateTimeOffset First, DateTimeOffset Last);

    sealed class Counted(DateTimeOffset first)
    {
        int _count;
        DateTimeOffset _first = first;
        DateTimeOffset _last = first;

        public void Add(DateTimeOffset at)
        {
            if (_count++ == 0) _first = at;
            _last = at;
        }

        public Counts Take()
        {
            var counts = new Counts(_count, _first, _last);
            _count = 0;
            return counts;
        }
    }
}
