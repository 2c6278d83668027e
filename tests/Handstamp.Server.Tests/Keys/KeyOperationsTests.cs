using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>What an operator does to the key ring, and what the other nodes learn of it.</summary>
public sealed class KeyOperationsTests : IAsyncLifetime
{
    readonly Signals _signals = new();
    HandstampApp _app = null!;

    KeyOperations Operations => _app.Get<KeyOperations>();

    DateTimeOffset Now => _app.Clock.Now();

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync(services: services =>
    {
        WatchedKeys.Replace(services);
        services.AddSingleton<INodes>(_signals);
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    Task<KeyOutcome> RotateAsync(KeyPurpose purpose, bool soon) => Operations.RotateAsync(purpose, soon, Origin.System, default);

    Task<KeyOutcome> RevokeAsync(string id) => Operations.RevokeAsync(id, Origin.System, default);

    StoredKey Current(KeyPurpose purpose) => KeyRules.Current(Operations.Keys, purpose, Now)!;

    [Theory]
    [InlineData(nameof(KeyPurpose.Sign))]
    [InlineData(nameof(KeyPurpose.Mac))]
    public async Task A_key_is_replaced_after_its_announcement_or_as_soon_as_every_node_knows_the_next(string kind)
    {
        var purpose = Enum.Parse<KeyPurpose>(kind);
        var before = Current(purpose);

        var announced = Assert.IsType<KeyOutcome.Done>(await RotateAsync(purpose, soon: false)).Key;
        Assert.Equal((purpose, Now.AddDays(1)), (announced.Purpose, announced.ActiveFrom));
        var next = Assert.IsType<KeyOutcome.Done>(await RotateAsync(purpose, soon: true)).Key;

        Assert.Equal((announced.Id, Now + KeyRules.Spread), (next.Id, next.ActiveFrom));
        Assert.Equal(before.Id, Current(purpose).Id);
        _app.Jump(KeyRules.Spread);
        Assert.Equal(next.Id, Current(purpose).Id);
    }

    [Fact]
    public async Task The_key_that_takes_over_is_no_revoked_one()
    {
        var announced = Assert.IsType<KeyOutcome.Done>(await RotateAsync(KeyPurpose.Sign, soon: false)).Key;
        Assert.IsType<KeyOutcome.Done>(await RevokeAsync(announced.Id));

        var next = Assert.IsType<KeyOutcome.Done>(await RotateAsync(KeyPurpose.Sign, soon: true)).Key;

        Assert.NotEqual(announced.Id, next.Id);
        Assert.Equal(Now + KeyRules.Spread, next.ActiveFrom);
    }

    [Fact]
    public async Task A_kind_that_the_ring_does_not_have_is_not_rotated() =>
        Assert.IsType<KeyOutcome.NotFound>(await RotateAsync(KeyPurpose.Seal, soon: true));

    [Fact]
    public async Task A_data_key_stays()
    {
        var before = Current(KeyPurpose.Data);

        Assert.Equal(before.Id, Assert.IsType<KeyOutcome.Done>(await RotateAsync(KeyPurpose.Data, soon: true)).Key.Id);
        Assert.IsType<KeyOutcome.Needed>(await RevokeAsync(before.Id));
        Assert.Equal(before, Current(KeyPurpose.Data));
    }

    [Fact]
    public async Task A_revoked_key_is_replaced_at_once_and_is_revoked_once()
    {
        var before = Current(KeyPurpose.Sign);

        var revoked = Assert.IsType<KeyOutcome.Done>(await RevokeAsync(before.Id)).Key;

        Assert.Equal((before.Id, Now), (revoked.Id, revoked.RevokedAt));
        Assert.NotEqual(before.Id, Current(KeyPurpose.Sign).Id);
        Assert.IsType<KeyOutcome.NotFound>(await RevokeAsync(before.Id));
        Assert.IsType<KeyOutcome.NotFound>(await RevokeAsync("unknown"));
    }

    [Fact]
    public async Task A_key_that_is_deleted_right_after_its_revocation_is_not_found()
    {
        var old = Current(KeyPurpose.Sign).Id;
        await RotateAsync(KeyPurpose.Sign, soon: true);
        var last = TimeSpan.FromMilliseconds(1);
        _app.Jump(Operations.Keys.Single(key => key.Id == old).ExpiresAt - last - Now);
        ((WatchedKeys)_app.Get<IKeyStore>()).AfterReading = () =>
        {
            _app.Jump(last);
            return Task.CompletedTask;
        };

        Assert.IsType<KeyOutcome.NotFound>(await RevokeAsync(old));

        Assert.DoesNotContain(Operations.Keys, key => key.Id == old);
    }

    [Fact]
    public async Task A_ring_that_another_process_has_changed_is_not_rotated()
    {
        var store = _app.Get<IKeyStore>();
        var stored = await store.ReadAsync(default);
        Assert.True(await store.TryWriteAsync(stored.Version, [Current(KeyPurpose.Mac)], []));

        Assert.IsType<KeyOutcome.Changed>(await RotateAsync(KeyPurpose.Sign, soon: true));
        Assert.IsType<KeyOutcome.Done>(await RotateAsync(KeyPurpose.Sign, soon: true));
    }

    [Fact]
    public async Task Without_a_free_number_a_mac_key_is_neither_rotated_nor_revoked()
    {
        var free = new KeyOutcome.NoFreeId(Now.AddDays(10));
        await KeyRingServiceTests.TakeIdsAsync(_app, 255, free.Until);

        Assert.Equal(free, await RotateAsync(KeyPurpose.Mac, soon: true));
        Assert.Equal(free, await RevokeAsync(Current(KeyPurpose.Mac).Id));
        Assert.IsType<KeyOutcome.Done>(await RotateAsync(KeyPurpose.Sign, soon: true));
    }

    [Fact]
    public async Task The_other_nodes_and_the_trail_learn_of_each_change()
    {
        var signing = Current(KeyPurpose.Sign).Id;

        Assert.Equal(1, await SignalsAsync(() => RotateAsync(KeyPurpose.Sign, soon: false)));
        // The announced key takes its place, so no other one is made.
        Assert.Equal(1, await SignalsAsync(() => RevokeAsync(signing)));
        Assert.Equal(0, await SignalsAsync(() => RevokeAsync("unknown")));

        Assert.Contains(_app.Logs.Lines, line => line.Contains(" 6500 key.rotated: ", StringComparison.Ordinal));
        Assert.Contains(_app.Logs.Lines, line => line.Contains(" 6500 key.revoked: ", StringComparison.Ordinal) && line.Contains(signing, StringComparison.Ordinal));
    }

    async Task<int> SignalsAsync(Func<Task> change)
    {
        var before = _signals.OfKeys;
        await change();
        return _signals.OfKeys - before;
    }
}
