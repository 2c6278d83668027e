using Handstamp.TestBed;

namespace Handstamp.Proof.Size;

public sealed class SizeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Refreshes_add_no_row_and_do_not_make_the_database_longer()
    {
        using var folder = new TempDirectory();
        using var run = new SizeRun(await Population.FoundAsync(folder.Path, sessions: 20_000));

        run.Refresh(50_000);

        var result = run.Result();
        output.WriteLine($"{result}");
        Assert.Equal(0, result.RowsAdded);
        // The numbers in a row get longer: the tenth generation takes one digit more.
        Assert.InRange(result.BytesAfter, 0, result.BytesBefore * 1.05);
        Assert.InRange(result.BytesOfSession, 100, 400);
    }
}
