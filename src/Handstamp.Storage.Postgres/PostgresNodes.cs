using System.Threading.Channels;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Handstamp.Storage.Postgres;

/// <summary>
/// Publishes signals by <c>NOTIFY</c>, receives them by <c>LISTEN</c> on a separate connection, and leads while it
/// renews a row.
/// </summary>
sealed class PostgresNodes : BackgroundService, INodes
{
    const string Listen = "LISTEN handstamp";
    const string Check = "SELECT 1";

    static readonly Sql Notify = new("SELECT pg_notify('handstamp', @signal)");

    // A dead connection is noticed after this time. Until then, each node finds changes by polling.
    static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);
    static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    readonly PostgresServer _server;
    readonly PostgresStorage _storage;
    readonly TimeProvider _clock;
    readonly ILogger _log;
    readonly NpgsqlDataSource _single;
    readonly Lead _lead;
    readonly TaskCompletionSource[] _next = [.. Enum.GetValues<Signal>().Select(_ => NewSource())];

    // A signal that is published again before it was sent is sent only once.
    readonly Channel<Signal>[] _published =
    [
        .. Enum.GetValues<Signal>().Select(_ => Channel.CreateBounded<Signal>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite })),
    ];

    public PostgresNodes(PostgresServer server, PostgresStorage storage, TimeProvider clock, ILogger<PostgresNodes> log)
    {
        (_server, _storage, _clock, _log) = (server, storage, clock, log);
        _single = server.OpenSingle();
        _lead = new Lead(storage, clock);
    }

    public void Publish(Signal signal) => _published[(int)signal].Writer.TryWrite(signal);

    public Task NextAsync(Signal signal) => Volatile.Read(ref _next[(int)signal]).Task;

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
        Task.WhenAll([ListenAsync(stoppingToken), .. _published.Select(channel => SendAsync(channel.Reader, stoppingToken))]);

    async Task SendAsync(ChannelReader<Signal> published, CancellationToken cancel)
    {
        await foreach (var signal in published.ReadAllAsync(cancel))
        {
            try
            {
                await _storage.Database.FindAsync(Work.Read, Notify.Call().Bind("@signal", signal.ToString()), static _ => true);
            }
            catch (StorageUnavailableException)
            {
                // The other nodes find the change by polling.
            }
        }
    }

    async Task ListenAsync(CancellationToken cancel)
    {
        for (var connected = true; !cancel.IsCancellationRequested; connected = false)
        {
            try
            {
                await ReceiveAsync(() => connected = true, cancel);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // Logged once each time the connection is lost.
                if (connected) DatabaseLog.NotHeard(_log, fault);
            }

            await Task.Delay(ReconnectDelay, _clock, cancel);
        }
    }

    /// <summary>Listens until the connection fails.</summary>
    async Task ReceiveAsync(Action listening, CancellationToken cancel)
    {
        await using var connection = await _single.OpenConnectionAsync(cancel);
        connection.Notification += (_, notification) => Receive(notification.Payload);
        await connection.ExecuteAsync(Listen, cancel);
        listening();
        // Earlier signals are lost, so there may be something to read of each kind.
        foreach (var signal in Enum.GetNames<Signal>()) Receive(signal);
        while (true)
            if (!await connection.WaitAsync(CheckInterval, cancel)) await connection.ExecuteAsync(Check, cancel);
    }

    void Receive(string payload)
    {
        if (Enum.TryParse<Signal>(payload, out var signal) && Enum.IsDefined(signal))
            Interlocked.Exchange(ref _next[(int)signal], NewSource()).SetResult();
    }

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
