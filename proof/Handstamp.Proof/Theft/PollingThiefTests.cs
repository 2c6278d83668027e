using Handstamp.Server.Sessions;

namespace Handstamp.Proof.Theft;

/// <summary>The thief who asks the service for the victim's moments. <c>./prove theft</c> simulates more of them.</summary>
public sealed class PollingThiefTests(ITestOutputHelper output)
{
    const int Seed = 1;

    [Theory]
    [InlineData(120, 0.6, 0.9)]
    [InlineData(600, 0.45, 0.75)]
    public void Most_thieves_who_poll_are_still_there_after_a_day_however_wide_the_jitter(double jitter, double least, double most) =>
        Assert.InRange(Staying(HandstampRule.Defaults, jitter), least, most);

    [Fact]
    public void A_limit_of_three_late_retries_leaves_few_of_them() =>
        Assert.InRange(Staying(HandstampRule.Defaults with { LateRetryLimit = 3 }, jitter: 120), 0.01, 0.3);

    [Theory]
    [InlineData(60)]
    [InlineData(120)]
    public void A_limit_of_one_late_retry_leaves_none_of_them(double jitter) =>
        Assert.Equal(0, Staying(HandstampRule.Defaults with { LateRetryLimit = 1 }, jitter));

    double Staying(RotationOptions options, double jitter)
    {
        var share = PollingThief.Staying(options, jitter, Seed, runs: 200);
        output.WriteLine($"seed {Seed}, {options}, jitter {jitter} s: {share:p0} stay");
        return share;
    }
}
