using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Handstamp.TestBed;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class ThrottleSweeperTests
{
    static readonly ThrottleRule Rule = TestAccounts.Options().Value.Throttle.Account;

    [Fact]
    public async Task Forgotten_attempts_are_deleted_in_batches()
    {
        await using var service = await AccountService.StartAsync();
        var throttles = new WatchedThrottles(service.Get<IThrottleStore>());
        for (var key = 1; key <= 450; key++) await throttles.TryTakeAsync([new(Key(key), Rule)], TestAccounts.Now);
        await throttles.TryTakeAsync([new(Key(451), Rule)], TestAccounts.Now.AddHours(1));
        var clock = new FakeTimeProvider(TestAccounts.Now + Rule.Fading + TimeSpan.FromMinutes(30));

        await Sweeper(service, throttles, clock).SweepAsync(TestContext.Current.CancellationToken);

        Assert.Equal([200, 200, 50], throttles.Swept);
        Assert.Equal(1, await service.Get<IThrottleStore>().SweepAsync(DateTimeOffset.MaxValue, 1000));
    }

    [Fact]
    public async Task A_service_that_stops_deletes_no_more_than_the_batch_that_it_has_begun()
    {
        await using var service = await AccountService.StartAsync();
        var throttles = new WatchedThrottles(service.Get<IThrottleStore>());
        for (var key = 1; key <= 201; key++) await throttles.TryTakeAsync([new(Key(key), Rule)], TestAccounts.Now);
        using var sweeper = Sweeper(service, throttles, new FakeTimeProvider(TestAccounts.Now + (2 * Rule.Fading)));
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sweeper.SweepAsync(stopped.Token));

        Assert.Equal([200], throttles.Swept);
    }

    [Fact]
    public async Task A_round_that_fails_is_logged_and_the_next_one_comes()
    {
        await using var service = await AccountService.StartAsync();
        var throttles = new WatchedThrottles(service.Get<IThrottleStore>()) { FailOnce = true };
        using var sweeper = Sweeper(service, throttles, service.Clock);

        await sweeper.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            () => throttles.HasSwept.Task.IsCompleted || sweeper.ExecuteTask is { IsCompleted: true }, "the next round has come",
            () => service.Clock.Advance(ThrottleSweeper.Interval));
        await sweeper.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(throttles.HasSwept.Task.IsCompletedSuccessfully);
        Assert.Contains(" 2007 ", service.Log, StringComparison.Ordinal);
    }

    static ThrottleKey Key(int number) => new((UInt128)number);

    static ThrottleSweeper Sweeper(AccountService service, IThrottleStore throttles, TimeProvider clock) => new(
        throttles, new SingleNode(), clock, service.Get<ILogger<ThrottleSweeper>>());

    /// <summary>The real store, which records what each sweep deleted.</summary>
    sealed class WatchedThrottles(IThrottleStore throttles) : IThrottleStore
    {
        public List<int> Swept { get; } = [];

        public bool FailOnce { get; set; }

        public TaskCompletionSource HasSwept { get; } = new();

        public Task<TimeSpan?> TryTakeAsync(IReadOnlyList<Throttle> taken, DateTimeOffset now) =>
            throttles.TryTakeAsync(taken, now);

        public Task GiveBackAsync(IReadOnlyList<Throttle> taken, DateTimeOffset takenAt) =>
            throttles.GiveBackAsync(taken, takenAt);

        public Task ForgetAsync(IReadOnlyList<ThrottleKey> keys) => throttles.ForgetAsync(keys);

        public async Task<int> SweepAsync(DateTimeOffset now, int limit)
        {
            if (FailOnce)
            {
                FailOnce = false;
                throw new StorageUnavailableException("The disk is full.", new IOException());
            }
            var deleted = await throttles.SweepAsync(now, limit);
            Swept.Add(deleted);
            HasSwept.TrySetResult();
            return deleted;
        }
    }
}
