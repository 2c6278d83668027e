using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The letters at the edges of what is mapped, and the forms of domains.</summary>
public sealed class DomainLettersTests
{
    [Theory]
    // A range of one letter.
    [InlineData("\u00de", false)]
    [InlineData("\u00df", false)]
    [InlineData("\u00e0", true)]
    [InlineData("\u017e", true)]
    [InlineData("\u017f", false)]
    [InlineData("\u0180", true)]
    [InlineData("\u03c1", true)]
    [InlineData("\u03c2", false)]
    [InlineData("\u03c3", true)]
    [InlineData("\u0586", true)]
    [InlineData("\u0587", false)]
    [InlineData("\u0588", true)]
    // The first and the last letter of longer ranges.
    [InlineData("\u0131", true)]
    [InlineData("\u0133", false)]
    [InlineData("\u0135", true)]
    [InlineData("\u03cf", false)]
    [InlineData("\u03d0", false)]
    [InlineData("\u03d7", true)]
    [InlineData("\u1d00", false)]
    [InlineData("\u1dc0", true)]
    [InlineData("\ud87e\udc00", false)]
    [InlineData("\ud869\udeb2", true)]
    public void A_letter_is_ambiguous_only_in_the_table(string letter, bool isPlain)
    {
        Assert.Equal(isPlain, DomainLetters.AreUnambiguous(letter));
        Assert.Equal(isPlain, DomainLetters.AreUnambiguous($"a{letter}b"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("abc-019.example_@", true)]
    [InlineData("\u4f8b\u3048", true)]
    [InlineData("\u0939\u093f\u0928\u094d\u0926\u0940", true)]
    [InlineData("\u0663", true)]
    [InlineData("\u00b2", false)]
    [InlineData("\u00b7", false)]
    [InlineData("\u200d", false)]
    [InlineData("\u02b0", false)]
    public void Only_letters_marks_and_digits_are_taken(string text, bool isPlain) => Assert.Equal(isPlain, DomainLetters.AreUnambiguous(text));

    [Fact]
    public void Half_a_surrogate_pair_is_no_letter() => Assert.False(DomainLetters.AreUnambiguous("a" + '\ud83d'));

    [Theory]
    [InlineData("EXAMPLE.com", "example.com")]
    [InlineData("example.com.", "example.com")]
    [InlineData("B\u00dcCHER.example", "xn--bcher-kva.example")]
    [InlineData("bu\u0308cher.example", "xn--bcher-kva.example")]
    [InlineData("XN--BCHER-KVA.example", "xn--bcher-kva.example")]
    [InlineData("", null)]
    [InlineData("a b.example", null)]
    [InlineData("a_b.example", null)]
    [InlineData("stra\u00dfe.example", null)]
    public void Domains_are_compared_in_lower_case_and_in_ASCII(string domain, string? canonical) =>
        Assert.Equal(canonical, MailDomains.Canonical(domain));

    [Theory]
    [InlineData("example.com", true)]
    [InlineData("*.example.com", true)]
    [InlineData("*example.com", false)]
    [InlineData("*.*.example.com", false)]
    public void An_entry_is_a_domain_or_every_domain_below_one(string entry, bool isFine) => Assert.Equal(
        isFine ? null : $"'{entry}' is no domain; write it as example.com, or *.example.com for those below it.", MailDomains.FaultOf(entry));

    [Fact]
    public void Only_a_list_of_allowed_domains_demands_an_address()
    {
        Assert.True(Domains(o => o.AllowedMailDomains = ["example.com"]).DemandAddress);
        Assert.False(Domains(o => o.RefusedMailDomains = ["example.com"]).DemandAddress);
        Assert.False(Domains(_ => { }).DemandAddress);
    }

    [Fact]
    public void One_of_several_entries_is_enough()
    {
        var domains = Domains(o =>
        {
            o.AllowedMailDomains = ["example.com", "*.example.org"];
            o.RefusedMailDomains = ["no.example.org", "not.example.org"];
        });

        Assert.Null(domains.Fault("ada@example.com"));
        Assert.Null(domains.Fault("ada@mail.example.org"));
        Assert.Equal("email_domain_not_allowed", domains.Fault("ada@not.example.org")!.Problem.Code);
        Assert.Equal("email_domain_not_allowed", domains.Fault("ada@no.example.org")!.Problem.Code);
        Assert.Equal("email_domain_not_allowed", domains.Fault("ada@example.net")!.Problem.Code);
    }

    static MailDomains Domains(Action<AccountOptions> change) => new(TestAccounts.Options(change));
}
