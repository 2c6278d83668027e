using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class NfcTests
{
    [Theory]
    [InlineData("u\u0308ber", "\u00FCber")]
    [InlineData("\u00FCber", "\u00FCber")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\u1100\u1161", "\uAC00")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\u1112\u1175\u11C2", "\uD7A3")]
    // Marks of two classes, in the wrong order.
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    // Composed characters whose parts Unicode prefers.
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u212B", "\u00C5")]
    // A mark between two characters keeps them apart.
    [InlineData("a\u0327\u0301", "\u00E1\u0327")]
    [InlineData("\u0301", "\u0301")]
    public void Texts_that_look_the_same_get_one_form(string text, string normal) => Assert.Equal(normal, Nfc.Of(text));

    [Theory]
    [InlineData("")]
    [InlineData("correct horse battery staple")]
    // Next to the jamo and the syllables that compose.
    [InlineData("\u1113\u1161")]
    [InlineData("\u1100\u1176")]
    [InlineData("\uAC00\u11A7")]
    [InlineData("\uAC00\u11C3")]
    [InlineData("\uAC01\u11A8")]
    [InlineData("\uD7A4\u11A8")]
    [InlineData("\uABE4\u11A8")]
    public void A_text_with_nothing_to_compose_stays_unchanged(string text) => Assert.Equal(text, Nfc.Of(text));

    // Not as arguments of an attribute, which would change them.
    [Fact]
    public void An_unpaired_surrogate_stays_unchanged() =>
        Assert.All(["\uD800", "\uDC00", "\uD800\u0301", "a\uDC00\u0300", "\uDC00\uD800"], text => Assert.Equal(text, Nfc.Of(text)));
}
