using Handstamp.Server.Sessions.Dpop;

namespace Handstamp.Storage.Tests.Sessions.Dpop;

public abstract class ProofStoreContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    static readonly DateTimeOffset Until = Given.Now.AddMinutes(5);

    IProofStore Proofs => Engine.Get<IProofStore>();

    [Fact]
    public async Task A_proof_can_be_used_once()
    {
        Assert.True(await Proofs.TryUseAsync(UInt128.MaxValue, Until));

        Assert.False(await Proofs.TryUseAsync(UInt128.MaxValue, Until));
        Assert.True(await Proofs.TryUseAsync(UInt128.MaxValue - 1, Until));
    }

    [Fact]
    public async Task One_of_many_simultaneous_uses_succeeds()
    {
        var uses = await InParallelAsync(32, _ => Proofs.TryUseAsync(7, Until));

        Assert.Single(uses, used => used);
    }

    [Fact]
    public async Task A_used_proof_is_remembered_after_a_restart()
    {
        await Proofs.TryUseAsync(7, Until);

        await Engine.RestartAsync();

        Assert.False(await Proofs.TryUseAsync(7, Until));
    }

    [Fact]
    public async Task A_sweep_forgets_old_proofs_up_to_its_limit()
    {
        for (var i = 0; i < 5; i++) await Proofs.TryUseAsync((UInt128)i, Until.AddSeconds(i));

        Assert.Equal(2, await Proofs.SweepAsync(Until.AddSeconds(3), limit: 2));
        Assert.Equal(1, await Proofs.SweepAsync(Until.AddSeconds(3), limit: 2));
        Assert.Equal(0, await Proofs.SweepAsync(Until.AddSeconds(3), limit: 2));

        Assert.False(await Proofs.TryUseAsync(3, Until.AddSeconds(3)));
        Assert.True(await Proofs.TryUseAsync(2, Until.AddSeconds(2)));
    }
}
