using Handstamp.Server.Accounts.Profiles;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Profiles;

/// <summary>What can be in a profile, and what has changed in one.</summary>
public sealed class ProfileFaultTests
{
    const int DataLimit = 10;

    static readonly (string Member, string Fault) Name =
        ("name", "A name must have 1 to 128 characters, no control characters, and no space around it.");

    static readonly (string Member, string Fault) Picture = ("picture", "The picture must be an https address of at most 2048 characters.");

    static readonly (string Member, string Fault) Locale = ("locale", "The locale must be a language tag (BCP 47), such as de-AT.");

    static readonly (string Member, string Fault) Data = ("data", "The data can have at most 10 bytes of JSON.");

    static readonly Profile Full = new() { Name = "Ada", Picture = "https://example.com/a.png", Locale = "de-AT", Data = """{"a":1}""" };

    static readonly Profile Faulty = new() { Name = " ", Picture = "x", Locale = "x", Data = "01234567890" };

    [Theory]
    [InlineData("A", true)]
    [InlineData("Ada Łovelace", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData(" Ada", false)]
    [InlineData("Ada ", false)]
    [InlineData("\u00a0Ada", false)]
    [InlineData("A\tda", false)]
    [InlineData("A\u007fda", false)]
    public void A_name_has_no_control_characters_and_no_space_around_it(string name, bool isRight) =>
        IsRight(isRight, new Profile { Name = name }, Name);

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_name_has_at_most_128_characters(int length, bool isRight) => IsRight(isRight, new Profile { Name = new string('a', length) }, Name);

    [Theory]
    [InlineData("https://example.com", true)]
    [InlineData("https://example.com:8443/!~?a=b#c", true)]
    [InlineData("HTTPS://example.com/a.png", true)]
    [InlineData("", false)]
    [InlineData("a.png", false)]
    [InlineData("/a.png", false)]
    [InlineData("https://", false)]
    [InlineData("http://example.com/a.png", false)]
    [InlineData("data:image/png;base64,AA==", false)]
    [InlineData("https://ada@example.com/a.png", false)]
    [InlineData("https://ada:word@example.com/a.png", false)]
    [InlineData(" https://example.com/a.png", false)]
    [InlineData("https://example.com/a b.png", false)]
    [InlineData("https://example.com/\u007f", false)]
    [InlineData("https://example.com/\u00fc.png", false)]
    public void A_picture_is_an_address_with_https_in_ASCII_and_without_a_user(string picture, bool isRight) =>
        IsRight(isRight, new Profile { Picture = picture }, Picture);

    [Theory]
    [InlineData(2048, true)]
    [InlineData(2049, false)]
    public void A_picture_has_at_most_2048_characters(int length, bool isRight) =>
        IsRight(isRight, new Profile { Picture = "https://example.com/".PadRight(length, 'a') }, Picture);

    [Theory]
    [InlineData("de-AT", true)]
    [InlineData("de_AT", false)]
    public void A_locale_is_a_language_tag(string locale, bool isRight) => IsRight(isRight, new Profile { Locale = locale }, Locale);

    [Theory]
    [InlineData("0123456789", true)]
    [InlineData("01234567890", false)]
    [InlineData("\u00fc\u00fc\u00fc\u00fc\u00fc", true)]
    [InlineData("\u00fc\u00fc\u00fc\u00fc\u00fcx", false)]
    public void The_data_has_as_many_bytes_as_the_limit(string data, bool isRight) => IsRight(isRight, new Profile { Data = data }, Data);

    [Fact]
    public void The_first_fault_is_named()
    {
        Is(Name, Faulty);
        Is(Picture, Faulty with { Name = null });
        Is(Locale, Faulty with { Name = "Ada", Picture = null });
        Is(Data, Faulty with { Name = null, Picture = null, Locale = "de" });
    }

    [Fact]
    public void Only_what_differs_has_a_fault()
    {
        Is(null, Faulty, Faulty);
        Is(Name, Faulty, Faulty with { Name = "Ada" });
        Is(Picture, Faulty, Faulty with { Picture = "y" });
        Is(Locale, Faulty, Faulty with { Locale = "y" });
        Is(Data, Faulty, Faulty with { Data = "{}" });
        Is(null, Profile.None, Full);
        Is(null, Full, Profile.None);
    }

    [Fact]
    public void An_event_names_the_members_that_differ()
    {
        Assert.Null(Full.ChangedIn(Full with { }));
        Assert.Equal("name", (Full with { Name = null }).ChangedIn(Full));
        Assert.Equal("picture", (Full with { Picture = "https://example.com/b.png" }).ChangedIn(Full));
        Assert.Equal("locale", Full.ChangedIn(Full with { Locale = "de" }));
        Assert.Equal("data", Full.ChangedIn(Full with { Data = null }));
        Assert.Equal("name, picture, locale, data", Full.ChangedIn(Profile.None));
    }

    static void IsRight(bool isRight, Profile profile, (string Member, string Fault) fault)
    {
        if (isRight) Is(null, profile);
        else Is(fault, profile);
    }

    static void Is((string Member, string Fault)? fault, Profile profile, Profile? before = null) =>
        Assert.Equal(fault, profile.FaultSince(before ?? Profile.None, DataLimit));
}
