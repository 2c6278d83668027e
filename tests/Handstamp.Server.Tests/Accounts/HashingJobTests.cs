using System.Diagnostics.Metrics;
using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>How one hash ends, and what its caller learns.</summary>
public sealed class HashingJobTests : IDisposable
{
    static readonly IPAddress Site = IPAddress.Parse("192.0.2.1");

    readonly Telemetry _telemetry = TestAccounts.Telemetry();
    readonly HashingQueue _queue;

    public HashingJobTests() => _queue = new HashingQueue(
        TestAccounts.Options(options => (options.Hashing.Concurrency, options.Hashing.QueueLimit) = (1, 5)), _telemetry);

    [Fact]
    public async Task A_hash_is_given_to_its_caller_only_by_the_answer()
    {
        var job = new HashingJob<string>(() => "hash", default);

        Assert.Equal(HashingEnd.Hashed, job.Run());
        Assert.False(job.Result.IsCompleted);
        job.Answer();

        Assert.Equal("hash", await job.Result);
    }

    [Fact]
    public async Task A_fault_is_given_to_its_caller()
    {
        var job = new HashingJob<string>(() => throw new FormatException("Why."), default);

        Assert.Equal(HashingEnd.Hashed, job.Run());
        job.Answer();

        Assert.Equal("Why.", (await Assert.ThrowsAsync<FormatException>(() => job.Result)).Message);
    }

    [Fact]
    public async Task Without_memory_the_caller_learns_that_nothing_was_hashed()
    {
        var job = new HashingJob<string>(() => throw new InsufficientMemoryException(), default);

        Assert.Equal(HashingEnd.NoMemory, job.Run());
        job.Answer();

        Assert.Null(await job.Result);
    }

    [Fact]
    public async Task For_a_caller_who_has_gone_nothing_is_hashed()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var isHashed = false;
        var job = new HashingJob<string>(
            () =>
            {
                isHashed = true;
                return "hash";
            },
            gone.Token);

        Assert.Equal(HashingEnd.NobodyWaits, job.Run());
        job.Answer();

        Assert.Null(await job.Result);
        Assert.False(isHashed);
    }

    [Fact]
    public async Task A_dropped_job_was_not_hashed()
    {
        var job = new HashingJob<string>(() => "hash", default);

        job.Drop();

        Assert.Null(await job.Result);
    }

    [Fact]
    public void A_place_is_ready_when_its_text_is_known()
    {
        using var place = new HashingPlace(_queue, Site);

        Assert.Equal((Site, false), (place.Site, place.IsReady));
        place.Job = new HashingJob<string>(() => "", default);
        Assert.True(place.IsReady);
    }

    [Fact]
    public async Task Hashes_run_on_threads_that_say_what_they_do()
    {
        using var place = _queue.TryEnter(Site)!;

        Assert.Equal("Password hashing 1", await place.RunAsync(() => Thread.CurrentThread.Name!, default));
    }

    [Fact]
    public async Task The_time_of_each_hash_that_was_made_is_measured()
    {
        var measured = 0;
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref measured));
        listener.Start();
        listener.EnableMeasurementEvents(_telemetry.HashingDuration);

        Assert.Equal("hash", await _queue.TryEnter(Site)!.RunAsync(() => "hash", default));
        Assert.Null(await _queue.TryEnter(Site)!.RunAsync<string>(() => throw new InsufficientMemoryException(), default));

        Assert.Equal(1, measured);
    }

    [Fact]
    public async Task A_place_that_has_left_hashes_nothing()
    {
        var place = _queue.TryEnter(Site)!;
        place.Dispose();

        Assert.Null(await place.RunAsync(() => "hash", default));
    }

    [Fact]
    public async Task A_stopped_queue_takes_nobody_and_can_be_stopped_again()
    {
        var place = _queue.TryEnter(Site)!;

        _queue.Dispose();
        _queue.Dispose();

        Assert.Null(await place.RunAsync(() => "hash", default));
        Assert.Null(_queue.TryEnter(Site));
    }

    [Fact]
    public void A_refused_caller_waits_a_second_and_an_operator_is_this_machine()
    {
        Assert.Equal(TimeSpan.FromSeconds(1), HashingQueue.RetryAfter);
        Assert.Equal(new Refusal(Problems.ServerBusy, RetryAfter: TimeSpan.FromSeconds(1)), HashingQueue.Busy);
        Assert.Equal(IPAddress.Loopback, HashingQueue.Operator);
    }

    public void Dispose()
    {
        _queue.Dispose();
        _telemetry.Dispose();
    }
}
