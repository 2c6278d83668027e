using CsCheck;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

/// <summary>The engine's statement and the pure rule express the same decision twice.</summary>
[Trait("Kind", "Proof")]
public abstract class RotationAgreementContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    // Small numbers, so that every cell and every boundary comes up often.
    static readonly Gen<(RotationState Row, int Presented, int Elapsed, int Window)> Cases =
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 3], Gen.Int[0, 2], Gen.Int[0, 9], Gen.Int[-4, 4], Gen.Int[0, 3])
            .Select((seen, toFirst, alive, presented, elapsed, window) =>
                (Row(seen, seen + toFirst, seen + toFirst + alive), presented, elapsed, window));

    /// <summary>How many rows are tried. An engine whose store asks the rule itself needs fewer.</summary>
    protected virtual int Examples => 3000;

    [Fact]
    public async Task A_row_rotates_exactly_when_the_rule_says_so_and_becomes_what_the_rule_says()
    {
        var account = await StoredAccountAsync();

        await Cases.SampleAsync(async example =>
        {
            var session = await StoredSessionAsync(account, one => one with { Rotation = example.Row });
            var now = Given.Now + TimeSpan.FromMilliseconds(example.Elapsed);
            var window = TimeSpan.FromMilliseconds(example.Window);
            var decision = RotationRules.Decide(example.Row, example.Presented, now, new RotationOptions(window, int.MaxValue));

            var rotated = await Sessions.TryRotateAsync(new Rotation(
                session.Id, example.Presented, session.Transport, null, window, new Issue(now, Given.IdleLifetime, 1, Given.Use)));

            Assert.Equal(decision.Verdict == RotationVerdict.Rotate, rotated is not null);
            var expected = rotated is null ? example.Row : decision.Next;
            Assert.Equal(expected, (await ReadAsync(session)).Session.Rotation);
        }, iter: Examples);
    }

    static RotationState Row(int seen, int first, int last) => new(seen, first, last, Given.Now);
}
