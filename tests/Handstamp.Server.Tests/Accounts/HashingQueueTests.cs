using System.Diagnostics.Metrics;
using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class HashingQueueTests : IDisposable
{
    readonly Gate _gate = new();
    readonly List<HashingQueue> _queues = [];
    readonly Telemetry _telemetry = TestAccounts.Telemetry();

    static readonly IPAddress Site = IPAddress.Parse("192.0.2.1");
    static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.2");

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_accepts_work_again_when_it_has_room()
    {
        var queue = Queue(concurrency: 1, limit: 2);
        var running = await BlockAsync(queue);
        var waiting = new[] { Run(queue, () => "1"), Run(queue, () => "2") };

        Assert.Null(queue.TryEnter(Site));

        _gate.Dispose();
        Assert.Equal(["1", "2"], await Task.WhenAll(waiting));
        await running;
        Assert.Equal("4", await Run(queue, () => "4"));
    }

    [Fact]
    public async Task At_most_one_hash_per_thread_runs_at_once()
    {
        var queue = Queue(concurrency: 2, limit: 10);
        var running = new[] { await BlockAsync(queue), await BlockAsync(queue) };
        var third = Run(queue, () => $"{_gate.IsOpen}");

        Assert.False(third.IsCompleted);

        _gate.Dispose();
        await Task.WhenAll(running);
        Assert.Equal("True", await third);
    }

    [Fact]
    public async Task A_request_that_goes_away_while_it_waits_is_not_hashed()
    {
        var queue = Queue(concurrency: 1, limit: 10);
        using var request = new CancellationTokenSource();
        await BlockAsync(queue);
        var abandoned = queue.TryEnter(Site)!.RunAsync(() => "hashed", request.Token);

        await request.CancelAsync();
        _gate.Dispose();

        Assert.Null(await abandoned);
    }

    [Fact]
    public async Task In_a_full_queue_a_caller_from_another_site_displaces_the_last_of_the_largest_site()
    {
        var queue = Queue(concurrency: 1, limit: 2);
        await BlockAsync(queue);
        var (first, last) = (Run(queue, () => "first"), Run(queue, () => "last"));

        var other = Run(queue, () => "other", Elsewhere);

        Assert.Null(await last);
        _gate.Dispose();
        Assert.Equal(["first", "other"], await Task.WhenAll(first, other));
    }

    [Fact]
    public async Task A_caller_that_loses_its_place_before_it_knows_the_hash_hashes_nothing()
    {
        var queue = Queue(concurrency: 1, limit: 2);
        await BlockAsync(queue);
        var (first, last) = (queue.TryEnter(Site)!, queue.TryEnter(Site)!);

        Assert.NotNull(queue.TryEnter(Elsewhere));

        Assert.Null(await last.RunAsync(() => "last", Cancel));
        _gate.Dispose();
        Assert.Equal("first", await first.RunAsync(() => "first", Cancel));
    }

    [Fact]
    public async Task A_place_is_free_after_its_caller_leaves()
    {
        var queue = Queue(concurrency: 1, limit: 1);
        await BlockAsync(queue);

        for (var time = 0; time < 3; time++) queue.TryEnter(Site)!.Dispose();

        Assert.NotNull(queue.TryEnter(Site));
    }

    [Fact]
    public async Task A_failure_reaches_its_caller_and_the_thread_continues()
    {
        var queue = Queue(concurrency: 1, limit: 10);

        var failing = Run(queue, () => throw new InvalidOperationException());

        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        Assert.Equal("1", await Run(queue, () => "1"));
    }

    [Fact]
    public async Task Hashing_has_a_lower_priority_than_all_other_work()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), NoNiceness);

        Assert.Equal("10", await Run(Queue(concurrency: 1, limit: 1), ThreadNiceness));
    }

    // Otherwise, the pool's threads that an answer starts, and the threads that these start, would also have a low
    // priority.
    [Fact]
    public async Task Threads_that_answer_have_normal_priority()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), NoNiceness);
        var queue = Queue(concurrency: 1, limit: 1);
        await BlockAsync(queue);
        var answer = Run(queue, () => "1")
            .ContinueWith(_ => ThreadNiceness(), Cancel, TaskContinuationOptions.None, new OnTheAnsweringThread());

        _gate.Dispose();

        Assert.Equal(ThreadNiceness(), await answer);
    }

    [Fact]
    public async Task The_thread_that_answers_says_what_it_does_and_keeps_no_process_alive()
    {
        var answer = (await BlockAsync(Queue(concurrency: 1, limit: 1))).ContinueWith(
            _ => (Thread.CurrentThread.Name, Thread.CurrentThread.IsBackground), Cancel, TaskContinuationOptions.None, new OnTheAnsweringThread());

        _gate.Dispose();

        Assert.Equal(("Password hashing answers", true), await answer);
    }

    [Fact]
    public async Task Stopping_finishes_running_hashes_and_drops_waiting_ones()
    {
        var queue = Queue(concurrency: 1, limit: 10);
        var running = await BlockAsync(queue);
        var waiting = Run(queue, () => "1");

        var stopping = Task.Run(queue.Dispose, Cancel);
        Assert.Null(await waiting);
        Assert.Null(queue.TryEnter(Site));
        _gate.Dispose();
        await stopping;

        Assert.Equal("done", await running);
    }

    [Fact]
    public async Task Stopping_waits_for_the_answers()
    {
        var (queue, other) = (Queue(concurrency: 1, limit: 1), Queue(concurrency: 1, limit: 1));
        using var answering = new Gate();
        _ = (await BlockAsync(queue)).ContinueWith(_ => answering.Wait(), Cancel, TaskContinuationOptions.None, new OnTheAnsweringThread());
        _gate.Dispose();

        var stopping = Task.Run(queue.Dispose, Cancel);
        for (var hash = 0; hash < 20; hash++) await Run(other, () => "meanwhile");
        Assert.False(stopping.IsCompleted);

        answering.Dispose();
        await stopping;
    }

    [Fact]
    public async Task Hashes_and_refusals_are_counted()
    {
        var queue = Queue(concurrency: 1, limit: 2);
        using var counted = new Counted(_telemetry.HashingRefused, _telemetry.HashingQueued);
        var running = await BlockAsync(queue);
        var waiting = new[] { Run(queue, () => "1"), Run(queue, () => "2") };
        Assert.Null(queue.TryEnter(Site));

        Assert.Equal(3, counted[_telemetry.HashingQueued]);
        Assert.Equal(1, counted[_telemetry.HashingRefused]);

        var other = Run(queue, () => "3", Elsewhere);
        Assert.Equal(3, counted[_telemetry.HashingQueued]);
        Assert.Equal(2, counted[_telemetry.HashingRefused]);

        _gate.Dispose();
        await Task.WhenAll([running, other, .. waiting]);
        queue.Dispose();
        Assert.Equal(0, counted[_telemetry.HashingQueued]);
    }

    [Fact]
    public async Task A_hash_that_gets_no_memory_is_refused_and_the_next_one_is_hashed()
    {
        var queue = Queue(concurrency: 1, limit: 10);
        using var counted = new Counted(_telemetry.HashingRefused, _telemetry.HashingQueued);

        Assert.Null(await Run(queue, () => throw new InsufficientMemoryException()));

        Assert.Equal("hashed", await Run(queue, () => "hashed"));
        Assert.Equal(1, counted[_telemetry.HashingRefused]);
        Assert.Equal(0, counted[_telemetry.HashingQueued]);
    }

    [Fact]
    public void Hashes_take_at_most_half_of_the_memory_and_one_always_runs()
    {
        var half = (int)Math.Min(MemoryRoom.Total / 2 / 1024, int.MaxValue);

        Assert.Equal(3, MemoryRoom.Hashes(3, half / 4));
        Assert.Equal(2, MemoryRoom.Hashes(3, half / 2));
        Assert.Equal(1, MemoryRoom.Hashes(3, half));
        Assert.Equal(1, MemoryRoom.Hashes(3, int.MaxValue));
    }

    const string NoNiceness = "Only Linux knows the niceness of a thread.";

    // proc(5), /proc/[pid]/stat: the 19th field. The second field may contain spaces, and ends with the last parenthesis.
    static string ThreadNiceness() => File.ReadAllText("/proc/thread-self/stat").Split(')')[^1].Split(' ')[17];

    static Task<string?> Run(HashingQueue queue, Func<string> hash, IPAddress? site = null) =>
        queue.TryEnter(site ?? Site)!.RunAsync(hash, Cancel);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _gate.Dispose();
        _queues.ForEach(queue => queue.Dispose());
        _telemetry.Dispose();
    }

    HashingQueue Queue(int concurrency, int limit)
    {
        var options = TestAccounts.Options(o => (o.Hashing.Concurrency, o.Hashing.QueueLimit) = (concurrency, limit));
        _queues.Add(new HashingQueue(options, _telemetry));
        return _queues[^1];
    }

    /// <summary>Returns when a thread is busy; the task ends when <see cref="_gate"/> opens.</summary>
    async Task<Task<string?>> BlockAsync(HashingQueue queue)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Run(queue, () =>
        {
            started.SetResult();
            _gate.Wait();
            return "done";
        });
        await started.Task;
        return running;
    }

    sealed class OnTheAnsweringThread : TaskScheduler
    {
        protected override void QueueTask(Task task) => TryExecuteTask(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }

    /// <summary>Adds up the values of exactly these instruments: other tests have instruments with the same names.</summary>
    sealed class Counted : IDisposable
    {
        readonly MeterListener _listener = new();
        readonly Dictionary<Instrument, long> _sums;

        public Counted(params Instrument[] instruments)
        {
            _sums = instruments.ToDictionary(instrument => instrument, _ => 0L);
            _listener.SetMeasurementEventCallback<long>((instrument, measured, _, _) => Add(instrument, measured));
            _listener.Start();
            foreach (var instrument in instruments) _listener.EnableMeasurementEvents(instrument);
        }

        public long this[Instrument instrument] { get { lock (_sums) return _sums[instrument]; } }

        public void Dispose() => _listener.Dispose();

        void Add(Instrument instrument, long measured)
        {
            lock (_sums) _sums[instrument] += measured;
        }
    }
}
