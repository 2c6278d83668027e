namespace Handstamp.Proof.Theft;

/// <summary>
/// A jar that loses answers over the whole window. <c>./prove theft</c> loses a million answers for each number of
/// requests.
/// </summary>
public sealed class JarTests(ITestOutputHelper output)
{
    const int Seed = 1;

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(40)]
    public void No_lost_answer_ends_the_session_of_a_shared_jar(int requests) =>
        Assert.Equal(0, Logouts(RefreshRules.Handstamp, requests));

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(40)]
    public void Without_the_quiet_gap_some_lost_answers_end_the_session(int requests) =>
        Assert.True(Logouts(RefreshRules.HandstampWithoutGap, requests) > 0);

    int Logouts(NamedRule rule, int requests)
    {
        var result = JarSample.Draw(rule, requests, lostAnswers: 20_000, Seed).Result;
        output.WriteLine($"seed {Seed}, {rule.Name}, {requests} requests: {result}");
        Assert.True(result.LostAnswers >= 20_000);
        return result.Logouts;
    }
}
