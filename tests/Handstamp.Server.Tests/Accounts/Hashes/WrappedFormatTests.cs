using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

/// <summary>What is in the text of a wrapped hash, and what can be wrong with it.</summary>
public sealed class WrappedFormatTests
{
    const string Form = "A wrapped hash must have the form $wrapped$FORM$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH.";
    const string Outer = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$ku95yrwDRCpABw/l+eCNxAP88hMu1xsUpIJ/X2L2Nao";
    const string Inner = "$1$abcdefgh$......................";

    [Theory]
    [InlineData("$1$abcdefgh$/vef69gdtGgcfGayVW/EU1", Inner)]
    [InlineData("{SSHA}6fNhb7XWih0mGyGmFzJLJjojaESsdS4F", "{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAACsdS4F")]
    public void A_wrapped_hash_is_its_form_and_Argon2id_of_its_whole_text(string hash, string form)
    {
        var wrapped = WrappedFormat.Wrap(hash, new Argon2id(TestAccounts.Options()))!;

        var beginning = Wrapped(form, outer: "");
        Assert.StartsWith(beginning + "$argon2id$v=19$m=8,t=1,p=1$", wrapped, StringComparison.Ordinal);
        Assert.True(Argon2id.Verify(wrapped[beginning.Length..], hash));
    }

    [Theory]
    [InlineData(Inner, 1_308)]
    [InlineData("{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAACsdS4F", 8)]
    [InlineData("$5$abcdefgh$...........................................", 5_008)]
    public void The_cost_is_that_of_both(string form, long work)
    {
        Assert.Null(HashFormats.Fault(Wrapped(form)));
        Assert.Equal(new HashCost(8, work), HashFormats.Read(Wrapped(form))!.Cost);
        Assert.Null(HashFormats.Read(Wrapped(form))!.Fast);
    }

    [Theory]
    [InlineData("my password")]
    [InlineData("$1$abcdefgh$")]
    [InlineData("$2b$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW")]
    [InlineData("$5$rounds=999999999$abcdefgh$...........................................")]
    [InlineData(Outer)]
    public void What_is_inside_is_a_fast_hash_that_does_not_cost_too_much(string form) => Refused(Wrapped(form));

    [Theory]
    [InlineData("")]
    [InlineData("$argon2id$")]
    [InlineData("$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$ku95yrwDRCpABw/l+eCNxAP88hMu1xsUpIJ/X2L2Nao")]
    [InlineData("$argon2id$v=19$m=7,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$ku95yrwDRCpABw/l+eCNxAP88hMu1xsUpIJ/X2L2Nao")]
    [InlineData("$argon2id$v=19$m=1048577,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$ku95yrwDRCpABw/l+eCNxAP88hMu1xsUpIJ/X2L2Nao")]
    [InlineData(Outer + "\n")]
    [InlineData("\n" + Outer)]
    public void What_is_outside_is_Argon2id_of_a_cost_that_the_settings_allow(string outer) => Refused(Wrapped(Inner, outer));

    [Theory]
    [InlineData("$wrapped$" + Outer)]
    [InlineData("$wrapped$A" + Outer)]
    [InlineData("$wrapped$=" + Outer)]
    [InlineData("$wrapped$!!!!" + Outer)]
    public void A_form_that_is_not_base64_is_refused_with_the_form_of_the_text(string hash) => Refused(hash);

    [Fact]
    public void A_wrapped_hash_of_any_cost_of_the_settings_is_verified_at_a_login_and_not_imported()
    {
        var hash = Wrapped(Inner, Outer.Replace("m=8,t=1", "m=1048576,t=100", StringComparison.Ordinal));

        Assert.Equal(new HashCost(1_048_576, 104_858_900), HashFormats.Read(hash)!.Cost);
        Assert.Equal("The hash takes 1024 MiB of memory to verify. At most 256 MiB are allowed.", HashFormats.Fault(hash));
    }

    static void Refused(string hash)
    {
        Assert.Equal(Form, HashFormats.Fault(hash));
        Assert.Null(HashFormats.Read(hash));
    }

    static string Wrapped(string form, string outer = Outer) =>
        $"$wrapped${Convert.ToBase64String(Encoding.ASCII.GetBytes(form)).TrimEnd('=')}{outer}";
}
