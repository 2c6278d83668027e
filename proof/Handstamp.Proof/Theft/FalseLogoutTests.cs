namespace Handstamp.Proof.Theft;

/// <summary>Honest clients under each rule. <c>./prove theft</c> simulates more of them.</summary>
public sealed class FalseLogoutTests(ITestOutputHelper output)
{
    const int Seed = 1;

    static readonly IReadOnlyList<HonestSample> Samples = HonestSample.DrawAll(Seed, clients: 20, refreshes: 1000);

    [Fact]
    public void An_honest_client_is_never_logged_out_whatever_the_fault() =>
        Assert.All(SamplesOf(RefreshRules.Handstamp), sample => Assert.Equal(0, sample.Logouts));

    [Fact]
    public void Strict_rotation_logs_the_same_clients_out_by_each_fault() =>
        Assert.All(SamplesOf(RefreshRules.Strict), sample => Assert.InRange(sample.PerFault, 0.3, 1.2));

    [Fact]
    public void The_strict_settings_are_strict_rotation() =>
        Assert.Equal(
            SamplesOf(RefreshRules.Strict).Select(sample => sample.Logouts),
            SamplesOf(RefreshRules.HandstampStrict).Select(sample => sample.Logouts));

    [Fact]
    public void A_leeway_alone_logs_out_the_client_that_comes_back_after_it()
    {
        Assert.True(Sample(RefreshRules.Forking, Fault.Lost).Logouts > 0);
        Assert.Equal(0, Sample(RefreshRules.Forking, Fault.Doubled).Logouts);
    }

    [Fact]
    public void A_second_successor_in_place_of_the_first_logs_tabs_out() =>
        Assert.True(Sample(RefreshRules.SuperTokensLineage, Fault.Tabs).Logouts > 0);

    HonestSample Sample(NamedRule rule, Fault fault) => SamplesOf(rule).Single(sample => sample.Fault == fault);

    IEnumerable<HonestSample> SamplesOf(NamedRule rule)
    {
        var samples = Samples.Where(sample => sample.Rule == rule).ToList();
        foreach (var sample in samples)
            output.WriteLine($"seed {Seed}, {rule.Name}, {sample.Fault}: {sample.Logouts} of {sample.Refreshes}");
        return samples;
    }
}
