using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Handstamp.Server.Storage;
using Handstamp.TestBed;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Handstamp.Server.Tests.Secrets;

public sealed class SecretSweeperTests
{
    [Fact]
    public async Task Expired_secrets_are_deleted_in_batches_and_the_others_stay()
    {
        await using var app = await HandstampApp.StartAsync();
        var store = new WatchedSecrets(app.Get<ISecretStore>());
        var now = app.Clock.Now();
        for (var number = 0; number < 450; number++) await AddAsync(now);
        await AddAsync(now.AddMinutes(1));

        await Sweeper(app, store).SweepAsync(TestContext.Current.CancellationToken);

        Assert.Equal([200, 200, 50], store.Swept);
        Assert.Equal(1, await store.SweepAsync(DateTimeOffset.MaxValue, 1000));

        Task AddAsync(DateTimeOffset expiry) => store.AddAsync(
            new SecretKey("test", Guid.CreateVersion7(), new byte[32]), new SecretContent(Guid.CreateVersion7(), [1], expiry), 1, 1);
    }

    [Fact]
    public async Task A_round_that_fails_is_logged_and_the_next_one_comes()
    {
        await using var app = await HandstampApp.StartAsync();
        var store = new WatchedSecrets(app.Get<ISecretStore>()) { FailOnce = true };
        using var sweeper = Sweeper(app, store);

        await sweeper.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            () => store.HasSwept.Task.IsCompleted || sweeper.ExecuteTask is { IsCompleted: true }, "the next round comes",
            nudge: () => app.Clock.Advance(SecretSweeper.Interval));
        await sweeper.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(store.HasSwept.Task.IsCompletedSuccessfully);
        Assert.NotEmpty(app.Logs.Of(3030));
    }

    static SecretSweeper Sweeper(HandstampApp app, ISecretStore secrets) =>
        new(secrets, new SingleNode(), app.Clock, app.Get<ILogger<SecretSweeper>>());

    /// <summary>The real store, which records what each sweep deleted.</summary>
    sealed class WatchedSecrets(ISecretStore secrets) : ISecretStore
    {
        public List<int> Swept { get; } = [];

        public bool FailOnce { get; set; }

        public TaskCompletionSource HasSwept { get; } = new();

        public Task AddAsync(SecretKey key, SecretContent content, int tries, int most) => secrets.AddAsync(key, content, tries, most);

        public Task<SecretContent?> TryAsync(SecretKey key, DateTimeOffset now) => secrets.TryAsync(key, now);

        public Task<SecretContent?> FindAsync(SecretKey key, DateTimeOffset now) => secrets.FindAsync(key, now);

        public Task<bool> TakeAsync(SecretKey key, DateTimeOffset now) => secrets.TakeAsync(key, now);

        public Task<SecretContent?> FindAsync(string purpose, Guid id, DateTimeOffset now, CancellationToken cancel) =>
            secrets.FindAsync(purpose, id, now, cancel);

        public Task<IReadOnlyList<SecretRow>> ListSealedAsync(string purpose, string keyId, int limit, CancellationToken cancel) =>
            secrets.ListSealedAsync(purpose, keyId, limit, cancel);

        public Task<bool> TryReplaceAsync(string purpose, SecretRow read, SecretRow by) => secrets.TryReplaceAsync(purpose, read, by);

        public Task ForgetAsync(Guid subject) => secrets.ForgetAsync(subject);

        public async Task<int> SweepAsync(DateTimeOffset now, int limit)
        {
            if (FailOnce)
            {
                FailOnce = false;
                throw new StorageUnavailableException("The disk is full.", new IOException());
            }
            var deleted = await secrets.SweepAsync(now, limit);
            Swept.Add(deleted);
            HasSwept.TrySetResult();
            return deleted;
        }
    }
}
