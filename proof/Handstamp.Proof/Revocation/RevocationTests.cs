using Handstamp.Proof.Faults;
using Handstamp.TestBed.Postgres;

namespace Handstamp.Proof.Revocation;

/// <summary>A revoked MAC key. <see cref="RevocationProof"/> measures how soon its sessions end.</summary>
public sealed class RevocationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Revoking_a_key_ends_all_its_sessions_and_affects_no_others(Engine engine)
    {
        var run = new RevocationRun(Sessions: 20_000, engine, Beside: TimeSpan.FromSeconds(2));

        var result = await run.RunAsync(engine == Engine.Postgres ? await PostgresServer.Shared : null, TestContext.Current.CancellationToken);

        output.WriteLine($"{result}");
        Assert.True(result.Holds);
        Assert.NotEqual(TimeSpan.MaxValue, result.Refusals.AtApi);
        // The run has met what it is about.
        Assert.InRange(result.Meanwhile.Refreshes, 1, int.MaxValue);
        Assert.InRange(result.Meanwhile.Logouts, 1, int.MaxValue);
    }
}
