using Handstamp.Server.Storage;
using Handstamp.Server.Storage.Moving;

namespace Handstamp.Storage.Tests.Moving;

/// <summary>If a move stops too early, nothing is lost, and the move can be run again.</summary>
public sealed class MoveFailureTests : MovingTests
{
    [Fact]
    public async Task A_row_that_is_lost_on_the_way_is_noticed_and_nothing_is_kept()
    {
        await FillAsync();

        Assert.Contains("The copy of the table accounts", await RefusalAsync(target => new LosingTarget(target)));

        await AssertIsHereAsync();
        await MoveAsync();
    }

    [Theory]
    [InlineData("Copying", 1)]
    [InlineData("Comparing", 21)]
    public async Task A_move_that_is_interrupted_ends_there_with_both_as_they_were_and_can_be_repeated(string stage, int begun)
    {
        await FillAsync();
        using var interrupt = new CancellationTokenSource();
        var progress = new InterruptsAt(Enum.Parse<MoveStage>(stage), interrupt);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MoveAsync(progress: progress, cancel: interrupt.Token));

        Assert.Equal(begun, progress.Begun);
        await AssertIsHereAsync();
        Assert.Equal(0L, await Target.AskAsync("SELECT count(*) FROM sessions"));
        Assert.Equal(1L, await Target.AskAsync("SELECT nextval('revocations_sequence')"));
        await MoveAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_run_finds_out_whether_an_uncertain_last_step_was_committed(bool kept)
    {
        var (alive, _) = await FillAsync();
        var before = Contents.OfFile(Engine.File);

        Assert.Contains("Run the same command again", await RefusalAsync(target => new ForgetfulTarget(target, kept)));
        var refusal = await Assert.ThrowsAsync<StorageStartException>(Engine.OpenAsync);
        Assert.Contains("was interrupted while it moved the data of", refusal.Message);

        await MoveAsync();

        Assert.Equal(before, await Contents.OfDatabaseAsync(Target.ConnectionString, before.Keys));
        Assert.NotNull(await Target.Sessions.TryRotateAsync(Given.Rotation(alive)));
        Assert.Contains("has already been moved", await RefusalAsync());
    }

    [Fact]
    public async Task A_second_run_into_a_database_with_other_data_is_refused()
    {
        await FillAsync();
        await RefusalAsync(target => new ForgetfulTarget(target, kept: false));
        await StoredAccountInTargetAsync();

        Assert.Contains("contains different data from", await RefusalAsync());
        Assert.Equal(1L, await Target.AskAsync("SELECT count(*) FROM accounts"));
    }
}
