using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Tests.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Rounds that delete sealing keys.</summary>
public sealed class SealSweeperTests : SealingService
{
    [Fact]
    public async Task A_round_that_fails_is_logged_and_the_next_one_deletes_the_key()
    {
        await using var app = await StartAsync(WatchedKeys.Replace);
        var old = KeyOf(app);
        Assert.IsType<KeyOutcome.Done>(await app.Get<KeyOperations>().RotateAsync(KeyPurpose.Seal, soon: true, Origin.Operator, default));
        app.Jump(2 * KeyRules.Spread);
        ((WatchedKeys)app.Get<IKeyStore>()).BeforeDeleting = () => throw new StorageUnavailableException("The disk is full.");

        await SweepAsync(app);
        Assert.Contains(app.Get<KeyRingService>().Ring.Stored.Keys, key => key.Id == old);
        Assert.Contains("The disk is full.", Assert.Single(app.Logs.Of(2010)), StringComparison.Ordinal);

        await SweepAsync(app);
        Assert.DoesNotContain(app.Get<KeyRingService>().Ring.Stored.Keys, key => key.Id == old);
        Assert.Single(app.Logs.Of(2010));
        var deleted = Assert.Single(await EventsAsync(app, EventKind.KeyDeleted));
        Assert.Equal((old, ActorKind.System), (deleted.Detail, deleted.By.Actor.Kind));
    }

    [Fact]
    public async Task A_key_that_seals_stays()
    {
        await using var app = await StartAsync();

        await SweepAsync(app);

        Assert.Contains(app.Get<KeyRingService>().Ring.Stored.Keys, key => key.Id == KeyOf(app));
        Assert.Empty(await EventsAsync(app, EventKind.KeyDeleted));
    }

    static Task SweepAsync(HandstampApp app) => app.Services.GetServices<IHostedService>().OfType<SealSweeper>().Single().SweepAsync(default);
}
