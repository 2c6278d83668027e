using System.Threading.Channels;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Handstamp.Storage.Postgres;

/// <summary>
/// Calls by <c>NOTIFY</c>, hears by <c>LISTEN</c> on a connection of its own, and leads while it renews a row.
/// </summary>
sealed class PostgresNodes : BackgroundService, INodes
{
    const string Listen = "LISTEN handstamp";
    const string Check = "SELECT 1";

    static readonly Sql Notify = new("SELECT pg_notify('handstamp', @news)");

    // A line that has gone dead is noticed after this time; until then the polls find what was called.
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly PostgresServer _server;
    readonly PostgresStorage _storage;
    readonly TimeProvider _clock;
    readonly ILogger _log;
    readonly NpgsqlDataSource _single;
    readonly Lead _lead;
    readonly TaskCompletionSource[] _heard = [.. Enum.GetValues<News>().Select(_ => NewHearing())];

    // What is called again before it was told is told once.
    readonly Channel<News>[] _calls =
    [
        .. Enum.GetValues<News>().Select(_ => Channel.CreateBounded<News>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite })),
    ];

    public PostgresNodes(PostgresServer server, PostgresStorage storage, TimeProvider clock, ILogger<PostgresNodes> log)
    {
        (_server, _storage, _clock, _log) = (server, storage, clock, log);
        _single = server.OpenSingle();
        _lead = new Lead(storage, clock);
    }

    public void Call(News news) => _calls[(int)news].Writer.TryWrite(news);

    public Task HearAsync(News news) => Volatile.Read(ref _heard[(int)news]).Task;

    public Task<bool> TryLeadAsync(CancellationToken cancel) => _lead.TryTakeAsync().WaitAsync(cancel);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _server.Timelines.Keep();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _lead.LeaveAsync();
    }

    public override void Dispose()
    {
        _single.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll([ListenAsync(stoppingToken), .. _calls.Select(calls => TellAsync(calls.Reader, stoppingToken))]);

    async Task TellAsync(ChannelReader<News> calls, CancellationToken cancel)
    {
        await foreach (var news in calls.ReadAllAsync(cancel))
        {
            try
            {
                await _storage.Database.FindAsync(Work.Read, Notify.Call().Bind("@news", news.ToString()), static _ => true);
            }
            catch (StorageUnavailableException)
            {
                // The others look by themselves.
            }
        }
    }

    async Task ListenAsync(CancellationToken cancel)
    {
        for (var deaf = false; !cancel.IsCancellationRequested; deaf = true)
        {
            try
            {
                await HearAllAsync(() => deaf = false, cancel);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // Once for each time that it is away.
                if (!deaf) DatabaseLog.NotHeard(_log, fault);
            }

            await Task.Delay(Pause, _clock, cancel);
        }
    }

    /// <summary>Listens until the connection fails.</summary>
    async Task HearAllAsync(Action listening, CancellationToken cancel)
    {
        await using var connection = await _single.OpenConnectionAsync(cancel);
        connection.Notification += (_, call) => Hear(call.Payload);
        await connection.ExecuteAsync(Listen, cancel);
        listening();
        // What was called before can't be heard any more.
        foreach (var news in Enum.GetNames<News>()) Hear(news);
        while (true)
            if (!await connection.WaitAsync(Silence, cancel)) await connection.ExecuteAsync(Check, cancel);
    }

    void Hear(string payload)
    {
        if (Enum.TryParse<News>(payload, out var news) && Enum.IsDefined(news))
            Interlocked.Exchange(ref _heard[(int)news], NewHearing()).SetResult();
    }

    static TaskCompletionSource NewHearing() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
