using Handstamp.Proof.Faults;
using Handstamp.TestBed;

namespace Handstamp.Proof.Growth;

public sealed class GrowthTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Strangers_add_rows_only_as_fast_as_passwords_are_hashed(Engine engine)
    {
        using var data = new TempDirectory();

        var result = await new GrowthRun(Hashed: 200, Refused: 5_000, engine).RunAsync(data.Path);

        output.WriteLine($"{result}");
        Assert.Equal(100 + 1, result.AfterHashed.Accounts);
        // A failed login adds a row for its address and one for its network; a registration adds one for its network.
        Assert.Equal((100 * 2) + 100 + 5, result.AfterHashed.Others);
        Assert.Equal((0, 0), (result.AfterRefused.Accounts, result.AfterRefused.Others));
        Assert.InRange(result.AfterHashed.Refusals + result.AfterRefused.Refusals, 1, result.MostRefusals);
    }
}
