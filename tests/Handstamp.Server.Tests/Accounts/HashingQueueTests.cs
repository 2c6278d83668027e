using System.Diagnostics.Metrics;
using System.Globalization;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class HashingQueueTests : IDisposable
{
    readonly Gate _gate = new();
    readonly List<HashingQueue> _queues = [];
    readonly Telemetry _telemetry = TestAccounts.Telemetry();

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_takes_work_again_when_it_has_room()
    {
        var queue = Queue(concurrency: 1, limit: 2);
        var running = await BlockAsync(queue);
        var waiting = new[] { queue.TryRun(() => 1, Cancel)!, queue.TryRun(() => 2, Cancel)! };

        Assert.Null(queue.TryRun(() => 3, Cancel));

        _gate.Dispose();
        Assert.Equal(new[] { 1, 2 }, await Task.WhenAll(waiting));
        await running;
        Assert.Equal(4, await queue.TryRun(() => 4, Cancel)!);
    }

    [Fact]
    public async Task No_more_hashes_run_at_once_than_there_are_threads()
    {
        var queue = Queue(concurrency: 2, limit: 10);
        var running = new[] { await BlockAsync(queue), await BlockAsync(queue) };
        var third = queue.TryRun(() => _gate.IsOpen, Cancel)!;

        Assert.False(third.IsCompleted);

        _gate.Dispose();
        await Task.WhenAll(running);
        Assert.True(await third);
    }

    [Fact]
    public async Task A_request_that_goes_away_while_it_waits_is_not_hashed()
    {
        var queue = Queue(concurrency: 1, limit: 10);
        using var request = new CancellationTokenSource();
        var hashed = false;
        await BlockAsync(queue);
        var abandoned = queue.TryRun(() => hashed = true, request.Token)!;

        await request.CancelAsync();
        _gate.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        Assert.False(hashed);
    }

    [Fact]
    public async Task A_failure_reaches_its_caller_and_the_thread_goes_on()
    {
        var queue = Queue(concurrency: 1, limit: 10);

        var failing = queue.TryRun<int>(() => throw new InsufficientMemoryException(), Cancel)!;

        await Assert.ThrowsAsync<InsufficientMemoryException>(() => failing);
        Assert.Equal(1, await queue.TryRun(() => 1, Cancel)!);
    }

    [Fact]
    public async Task Hashing_gives_way_to_all_other_work()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), NoNiceness);

        Assert.Equal(10, await Queue(concurrency: 1, limit: 1).TryRun(ThreadNiceness, Cancel)!);
    }

    // Else the pool's threads that an answer starts, and those that they start, would give way as well.
    [Fact]
    public async Task What_answers_gives_way_to_nobody()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), NoNiceness);
        var queue = Queue(concurrency: 1, limit: 1);
        await BlockAsync(queue);
        var answer = queue.TryRun(() => 1, Cancel)!
            .ContinueWith(_ => ThreadNiceness(), Cancel, TaskContinuationOptions.None, new OnTheAnsweringThread());

        _gate.Dispose();

        Assert.Equal(ThreadNiceness(), await answer);
    }

    [Fact]
    public async Task Stopping_lets_finish_what_runs_and_cancels_what_waits()
    {
        var queue = Queue(concurrency: 1, limit: int.MaxValue);
        var running = await BlockAsync(queue);
        var waiting = queue.TryRun(() => 1, Cancel)!;

        var stopping = Task.Run(queue.Dispose, Cancel);
        SpinWait.SpinUntil(() => queue.TryRun(() => 0, Cancel) is null);
        _gate.Dispose();
        await stopping;

        Assert.True(await running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task What_was_hashed_and_what_was_refused_is_counted()
    {
        var queue = Queue(concurrency: 1, limit: 1);
        using var counted = new Counted(_telemetry.HashingRefused, _telemetry.HashingQueued);
        var running = await BlockAsync(queue);
        var waiting = queue.TryRun(() => 1, Cancel)!;
        Assert.Null(queue.TryRun(() => 2, Cancel));

        Assert.Equal(2, counted[_telemetry.HashingQueued]);
        Assert.Equal(1, counted[_telemetry.HashingRefused]);

        _gate.Dispose();
        await Task.WhenAll(running, waiting);
        queue.Dispose();
        Assert.Equal(0, counted[_telemetry.HashingQueued]);
    }

    const string NoNiceness = "Only Linux knows the niceness of a thread.";

    // proc(5), /proc/[pid]/stat: the 19th field; the second may hold blanks, and ends with the last parenthesis.
    static int ThreadNiceness() => int.Parse(
        File.ReadAllText("/proc/thread-self/stat").Split(')')[^1].Split(' ')[17], CultureInfo.InvariantCulture);

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

    /// <summary>Returns when a thread is busy; the task ends when <see cref="_gate"/> is open.</summary>
    async Task<Task<bool>> BlockAsync(HashingQueue queue)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = queue.TryRun(() =>
        {
            started.SetResult();
            _gate.Wait();
            return true;
        }, Cancel)!;
        await started.Task;
        return running;
    }

    sealed class OnTheAnsweringThread : TaskScheduler
    {
        protected override void QueueTask(Task task) => TryExecuteTask(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }

    /// <summary>Adds up what these very instruments report: other tests have some of the same names.</summary>
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
