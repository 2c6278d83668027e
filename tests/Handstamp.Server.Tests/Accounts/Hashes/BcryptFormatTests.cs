using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class BcryptFormatTests
{
    const string Form = "A bcrypt hash must have 60 characters: $2b$12$ with 22 of salt and 31 of hash.";
    const string Rest = "CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW";

    [Theory]
    [InlineData("$2a$04$")]
    [InlineData("$2b$04$")]
    [InlineData("$2x$15$")]
    [InlineData("$2y$15$")]
    public void The_four_variants_and_costs_up_to_the_limit_are_accepted(string beginning) =>
        Assert.Null(HashFormats.Fault(beginning + Rest));

    [Theory]
    [InlineData($"$2b$03${Rest}")]
    [InlineData($"$2b$00${Rest}")]
    [InlineData($"$2b$32${Rest}")]
    [InlineData($"$2b$5${Rest}")]
    [InlineData($"$2b$005${Rest}")]
    [InlineData($"$2$05${Rest}")]
    [InlineData($"$2c$05${Rest}")]
    [InlineData($"$2B$05${Rest}")]
    [InlineData($"$2b$05${Rest}A")]
    [InlineData("$2b$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6C")]
    [InlineData("$2b$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ+Dc6CW")]
    public void Anything_that_is_not_bcrypt_is_refused_with_the_form(string hash) => Assert.Equal(Form, HashFormats.Fault(hash));

    [Theory]
    [InlineData("16", 2)]
    [InlineData("17", 4)]
    [InlineData("31", 61_441)]
    public void A_cost_over_the_limit_is_refused_with_how_much_it_is(string cost, int times) => Assert.Equal(
        $"The hash takes about {times} times as long to verify as the longest that is allowed.", HashFormats.Fault($"$2b${cost}${Rest}"));

    [Theory]
    [InlineData("04", 1_920)]
    [InlineData("05", 3_840)]
    [InlineData("15", 3_932_160)]
    public void Each_step_of_the_cost_doubles_the_work_and_takes_no_memory_that_counts(string cost, long work) =>
        Assert.Equal(new HashCost(0, work), HashFormats.Read($"$2b${cost}${Rest}")!.Cost);
}
