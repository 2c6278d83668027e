using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class Argon2FormatTests
{
    const string Form = "An Argon2 hash must be of Argon2id or Argon2i, version 19: $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH.";

    [Theory]
    [InlineData("m=8,t=1,p=1")]
    [InlineData("m=16,t=1,p=2")]
    [InlineData("m=23,t=1,p=2")]
    [InlineData("m=7992,t=1,p=999")]
    [InlineData("m=000000008,t=000000001,p=001")]
    [InlineData("m=262144,t=16,p=1")]
    public void The_least_memory_of_each_lane_and_the_most_work_are_accepted(string cost) => Assert.Null(HashFormats.Fault(Hash(cost)));

    [Theory]
    [InlineData("m=7,t=1,p=1")]
    [InlineData("m=0,t=1,p=1")]
    [InlineData("m=15,t=1,p=2")]
    [InlineData("m=7991,t=1,p=999")]
    [InlineData("m=8,t=0,p=1")]
    [InlineData("m=8,t=1,p=0")]
    [InlineData("m=0000000008,t=1,p=1")]
    [InlineData("m=8,t=0000000001,p=1")]
    [InlineData("m=8,t=1,p=0001")]
    [InlineData("t=1,m=8,p=1")]
    [InlineData("m=8,t=1")]
    [InlineData("m=-8,t=1,p=1")]
    public void Parameters_that_Argon2_cannot_have_are_refused_with_the_form(string cost) => Assert.Equal(Form, HashFormats.Fault(Hash(cost)));

    [Theory]
    [InlineData("$argon2d$v=19")]
    [InlineData("$argon2$v=19")]
    [InlineData("$argon2id$v=16")]
    [InlineData("$argon2id")]
    public void Another_function_or_version_is_refused_with_the_form(string beginning) =>
        Assert.Equal(Form, HashFormats.Fault(Hash(beginning: beginning)));

    [Theory]
    [InlineData(10, 43, false)]
    [InlineData(11, 22, true)]
    [InlineData(100, 200, true)]
    [InlineData(101, 43, false)]
    [InlineData(22, 21, false)]
    [InlineData(22, 201, false)]
    public void The_salt_and_the_tag_have_a_length_in_a_range(int salt, int tag, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(Hash(salt: salt, tag: tag)));

    [Fact]
    public void The_work_is_memory_times_passes()
    {
        Assert.Equal(new HashCost(4096, 12_288), HashFormats.Read(Hash("m=4096,t=3,p=4"))!.Cost);
        Assert.Equal(
            "The hash takes about 2 times as long to verify as the longest that is allowed.", HashFormats.Fault(Hash("m=262144,t=17,p=1")));
        // The product does not fit into 32 bits.
        Assert.Contains("MiB of memory", HashFormats.Fault(Hash("m=999999999,t=999999999,p=1")), StringComparison.Ordinal);
        Assert.Contains("times as long", HashFormats.Fault(Hash("m=65536,t=65536,p=1")), StringComparison.Ordinal);
    }

    static string Hash(string cost = "m=8,t=1,p=1", int salt = 22, int tag = 43, string beginning = "$argon2id$v=19") =>
        $"{beginning}${cost}${new string('A', salt)}${new string('A', tag)}";
}
