using CsCheck;
using Handstamp.Server.Accounts;
using Handstamp.Server.Keys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class DeviceTokenTests : IAsyncLifetime
{
    const string Ada = "ADA@EXAMPLE.COM";
    const string Bob = "BOB@EXAMPLE.COM";

    HandstampApp _app = null!;

    KeyRing Ring => _app.Get<KeyRingService>().Ring;

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public void A_token_knows_the_accounts_whose_password_was_given_and_no_other()
    {
        var token = Again(With(DeviceToken.Create(), Ada));

        Assert.True(token.Knows(Ada, Ring));
        Assert.False(token.Knows(Bob, Ring));
        Assert.False(DeviceToken.Create().Knows(Ada, Ring));
    }

    [Fact]
    public void A_token_keeps_the_last_four_accounts()
    {
        var token = DeviceToken.Create();
        for (var person = 1; person <= 5; person++) token = Again(With(token, $"person {person}"));

        Assert.Equal([false, true, true, true, true], Enumerable.Range(1, 5).Select(person => token.Knows($"person {person}", Ring)));
    }

    [Fact]
    public void An_account_that_logs_in_again_takes_no_other_one_s_place()
    {
        var token = With(DeviceToken.Create(), Bob);
        for (var login = 1; login <= 9; login++) token = Again(With(token, Ada));

        Assert.True(token.Knows(Bob, Ring));
        Assert.Equal(With(With(DeviceToken.Create(), Bob), Ada).Encode().Length, token.Encode().Length);
    }

    [Fact]
    public void A_mark_is_of_no_use_in_another_token()
    {
        var marked = Bytes(With(DeviceToken.Create(), Ada));
        var other = Bytes(With(DeviceToken.Create(), Bob));

        var forged = Token([.. other[..16], .. marked[16..]]);

        Assert.False(forged.Knows(Ada, Ring));
    }

    [Fact]
    public void A_changed_bit_makes_a_device_unknown() => Gen.Int[0, (16 + 17) * 8 - 1].Sample(bit =>
    {
        var bytes = Bytes(With(DeviceToken.Create(), Ada));
        bytes[bit / 8] ^= (byte)(1 << bit % 8);

        Assert.False(Token(bytes).Knows(Ada, Ring));
    }, iter: 300);

    [Fact]
    public void Any_text_is_a_token_or_none_and_knows_nobody() => Gen.String.Select(Gen.Bool).Sample((text, hasPrefix) =>
    {
        if (DeviceToken.TryParse(hasPrefix ? "hsd_" + text : text, out var token)) Assert.False(token.Knows(Ada, Ring));
    });

    [Theory]
    [InlineData(16)]
    [InlineData(16 + 17)]
    [InlineData(16 + 4 * 17)]
    public void A_token_is_a_number_and_up_to_four_marks(int length)
    {
        var text = Text(new byte[length]);

        Assert.Equal(text, Parsed(text).Encode());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(16 + 16)]
    [InlineData(16 + 5 * 17)]
    [InlineData(3000)]
    public void Any_other_length_is_refused(int length) => Assert.False(DeviceToken.TryParse(Text(new byte[length]), out _));

    DeviceToken With(DeviceToken token, string subject) => token.With(subject, Ring, Ring.MacKey(_app.Clock.GetUtcNow()));

    static DeviceToken Again(DeviceToken token) => Parsed(token.Encode());

    static DeviceToken Token(byte[] bytes) => Parsed(Text(bytes));

    static DeviceToken Parsed(string text) => DeviceToken.TryParse(text, out var token) ? token : throw new FormatException(text);

    static string Text(byte[] bytes) => "hsd_" + System.Buffers.Text.Base64Url.EncodeToString(bytes);

    static byte[] Bytes(DeviceToken token) => System.Buffers.Text.Base64Url.DecodeFromChars(token.Encode().AsSpan(4));
}
