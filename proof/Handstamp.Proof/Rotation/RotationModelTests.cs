namespace Handstamp.Proof.Rotation;

/// <summary>The rule, searched exhaustively within bounds: the promises to honest clients and about thieves.</summary>
public sealed class RotationModelTests(ITestOutputHelper output)
{
    // Two requests that are delivered twice in the same tick are one: the model counts down the network's copies.
    [Theory]
    [InlineData(2, 2, 8, 3)]
    [InlineData(1, 1, 7, 4)]
    [InlineData(3, 3, 10, 3)]
    public void No_interleaving_ends_the_session_of_an_honest_client_while_messages_take_at_most_a_window(
        int window, int delay, int until, int sends)
    {
        var (states, counterexample) = new RotationModel(window).SearchHonestClient(delay, until, sends);
        output.WriteLine($"window {window}, messages take up to {delay}, {sends} requests: {states} states");
        Assert.Null(counterexample);
    }

    [Theory]
    [InlineData(6, 1, 1, false)]
    [InlineData(6, 1, 1, true)]
    [InlineData(9, 2, 1, true)]
    [InlineData(12, 1, 3, true)]
    public void Nothing_ends_the_session_of_a_shared_jar_while_request_and_answer_take_at_most_the_gap(
        int window, int request, int answer, bool storesHolds)
    {
        var (states, counterexample) = new JarModel(new(window), request, answer, storesHolds).Search();
        output.WriteLine($"window {window}, requests up to {request}, answers up to {answer}: {states} states");
        Assert.Null(counterexample);
    }

    [Theory]
    [InlineData(6, 1, 1, false)]
    [InlineData(6, 1, 2, true)]
    [InlineData(6, 3, 0, true)]
    [InlineData(6, 0, 3, true)]
    public void Without_the_gap_or_with_slower_messages_it_can_end_and_the_search_finds_how(
        int window, int request, int answer, bool quietGap)
    {
        var (_, counterexample) = new JarModel(new(window, quietGap), request, answer, storesHolds: false).Search();
        output.WriteLine(counterexample ?? "none");
        Assert.NotNull(counterexample);
    }

    [Fact]
    public void Messages_that_take_longer_than_a_window_can_end_it_and_the_search_finds_how()
    {
        var (_, counterexample) = new RotationModel(window: 2).SearchHonestClient(delay: 4, until: 9, sends: 3);
        output.WriteLine(counterexample ?? "none");
        Assert.NotNull(counterexample);
    }

    [Fact]
    public void A_thief_who_stays_away_from_the_victim_holds_nothing_after_its_second_refresh_more_than_a_window_apart()
    {
        var useful = new RotationModel(window: 2).SearchThief(period: 7, cycles: 5, apart: true);
        Assert.All(useful.Skip(1), states => Assert.Equal(0, states));
    }

    [Fact]
    public void A_thief_who_hits_the_window_around_the_victims_refresh_stays() =>
        Assert.True(new RotationModel(window: 2).SearchThief(period: 7, cycles: 3, apart: false)[^1] > 0);

    [Fact]
    public void Without_a_window_no_thief_holds_anything_after_the_victims_second_refresh() =>
        Assert.All(
            new RotationModel(window: 0).SearchThief(period: 5, cycles: 4, apart: false).Skip(1),
            states => Assert.Equal(0, states));
}
