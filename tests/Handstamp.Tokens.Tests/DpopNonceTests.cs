using CsCheck;
using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class DpopNonceTests
{
    static readonly MacKey Key = MacKey.Create(1);

    [Fact]
    public void A_nonce_says_when_it_was_given_out() =>
        Assert.Equal(Given.Now, DpopNonce.ReadTime(DpopNonce.Create(Key, Given.Now.AddMilliseconds(700)), Key));

    [Fact]
    public void A_nonce_of_another_key_is_invalid() =>
        Assert.Null(DpopNonce.ReadTime(DpopNonce.Create(MacKey.Create(1), Given.Now), Key));

    [Fact]
    public void A_nonce_with_one_changed_character_is_invalid()
    {
        var nonce = DpopNonce.Create(Key, Given.Now);
        Gen.Select(Gen.Int[0, nonce.Length - 1], Gen.Char.AlphaNumeric).Sample((at, other) =>
        {
            var changed = nonce[..at] + other + nonce[(at + 1)..];
            Assert.Equal(changed == nonce ? Given.Now : null, DpopNonce.ReadTime(changed, Key));
        });
    }

    [Fact]
    public void No_other_text_is_a_nonce() => Gen.String.Sample(text => Assert.Null(DpopNonce.ReadTime(text, Key)));

    [Fact]
    public void The_MAC_of_a_refresh_token_is_not_a_nonce()
    {
        var token = RefreshToken.Create(Key, Given.SessionId, 1).Encode();
        Assert.Null(DpopNonce.ReadTime(token.AsSpan(^32..), Key));
    }
}
