using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Challenges;

/// <summary>Challenges as they are made, and what is read as the solution of one.</summary>
public sealed class AltchaChallengesTests : IAsyncLifetime
{
    const int MaxNumber = 50;
    const string Digits = "0123456789abcdef0123456789abcdef";

    HandstampApp _app = null!;
    AltchaChallenges _challenges = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        _challenges = Create(MaxNumber);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    KeyRingService Keys => _app.Get<KeyRingService>();

    MacKey Key => Keys.Ring.MacKey(_app.Clock.Now());

    long End => _app.Clock.Now().AddMinutes(10).ToUnixTimeSeconds();

    [Fact]
    public void A_challenge_names_its_key_and_its_end_and_has_the_MAC_of_its_hash()
    {
        var made = _challenges.Make();

        Assert.Matches($@"^[0-9a-f]{{32}}\?key=01&expires={End}&\z", made.Salt);
        Assert.Equal(("SHA-256", MaxNumber, SignatureOf(Key, made.Challenge)), (made.Algorithm, made.Maxnumber, made.Signature));
        Assert.InRange(NumberOf(made), 0, MaxNumber);
        Assert.NotEqual(made.Salt, _challenges.Make().Salt);
    }

    [Fact]
    public void Each_number_up_to_the_largest_can_be_the_solution()
    {
        var few = Create(maxNumber: 1);

        int[] numbers = [.. Enumerable.Range(0, 200).Select(_ => NumberOf(few.Make())).Distinct().Order()];

        Assert.Equal([0, 1], numbers);
    }

    [Fact]
    public void A_solution_is_known_by_its_MAC_until_its_end()
    {
        var solution = Solve(_challenges.Make());

        var solved = _challenges.Read(TextOf(solution));

        var fingerprint = BinaryPrimitives.ReadUInt128BigEndian(Convert.FromHexString(solution.Signature));
        Assert.Equal(new SolvedChallenge(fingerprint, _app.Clock.Now().AddMinutes(10)), solved);
    }

    [Fact]
    public void A_solution_is_right_before_its_end_and_not_at_it()
    {
        var text = TextOf(Solve(_challenges.Make()));

        _app.Jump(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(_challenges.Read(text));
        _app.Jump(TimeSpan.FromMilliseconds(1));
        Assert.Null(_challenges.Read(text));
    }

    [Fact]
    public void Nothing_of_a_solution_can_be_changed()
    {
        var right = Solve(_challenges.Make());
        AltchaSolution[] changed =
        [
            right with { Algorithm = "SHA-1" },
            right with { Algorithm = "sha-256" },
            right with { Number = right.Number + 1 },
            right with { Number = -1 },
            right with { Challenge = HashOf(right.Salt, MaxNumber + 1) },
            right with { Signature = SignatureOf(Key, "another challenge") },
            right with { Signature = right.Signature[..^1] },
            right with { Signature = right.Signature + "0" },
            right with { Signature = "" },
        ];

        Assert.All(changed, one => Assert.Null(_challenges.Read(TextOf(one))));
        Assert.NotNull(_challenges.Read(TextOf(right)));
    }

    // The service's own key has signed them: only their form is wrong.
    [Theory]
    [InlineData("")]
    [InlineData("0{digits}?key=01&expires={end}&")]
    [InlineData("123456789abcdef0123456789abcdef?key=01&expires={end}&")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF?key=01&expires={end}&")]
    [InlineData("{digits}&key=01&expires={end}&")]
    [InlineData("{digits}?key=1&expires={end}&")]
    [InlineData("{digits}?key=001&expires={end}&")]
    [InlineData("{digits}?key=01&expires=0{end}&")]
    [InlineData("{digits}?key=01&expires={end}")]
    [InlineData("{digits}?key=01&expires={end}&1")]
    [InlineData("{digits}?key=01&expires={end}&\n")]
    [InlineData("{digits}?expires={end}&key=01&")]
    public void A_salt_has_one_form(string form)
    {
        var salt = form.Replace("{digits}", Digits, StringComparison.Ordinal)
            .Replace("{end}", End.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

        Assert.Null(_challenges.Read(Signed(salt, Key)));
        Assert.NotNull(_challenges.Read(Signed(Salt(key: 1), Key)));
    }

    [Fact]
    public void Only_the_key_that_a_challenge_names_can_have_signed_it()
    {
        Assert.NotNull(_challenges.Read(Signed(Salt(Key.Id), Key)));
        Assert.Null(_challenges.Read(Signed(Salt(Key.Id), MacKey.Create(Key.Id))));
        Assert.Null(_challenges.Read(Signed(Salt(key: 0xfe), Key)));
    }

    [Fact]
    public async Task A_challenge_is_good_after_its_key_was_replaced_and_not_after_it_was_revoked()
    {
        var (old, text) = (Key.Id, TextOf(Solve(_challenges.Make())));
        _app.Jump(TimeSpan.FromSeconds(1));
        await Keys.RotateAsync(KeyPurpose.Mac, _app.Clock.Now(), default);

        Assert.NotEqual(old, Key.Id);
        Assert.Contains($"?key={Key.Id:x2}&", _challenges.Make().Salt, StringComparison.Ordinal);
        Assert.NotNull(_challenges.Read(text));
        Assert.True(await Keys.RevokeAsync(KeyFactory.MacName(old), default));
        Assert.Null(_challenges.Read(text));
    }

    [Fact]
    public async Task A_key_with_a_large_number_is_named_by_two_hex_digits()
    {
        _app.Jump(TimeSpan.FromSeconds(1));
        var (ring, now) = (Keys.Ring.Stored, _app.Clock.Now());
        using var master = _app.Get<MasterKeySource>().Get(ring);
        var before = ring.Keys.Single(key => key.Purpose == KeyPurpose.Mac) with { Id = KeyFactory.MacName(0xaa) };
        var made = KeyFactory.Create(KeyPurpose.Mac, [before], master, now, now, new KeyOptions());
        Assert.True(await _app.Get<IKeyStore>().TryWriteAsync(ring.Version, [made], []));
        await Keys.RefreshAsync(default);

        var solution = Solve(_challenges.Make());

        Assert.Contains("?key=ab&", solution.Salt, StringComparison.Ordinal);
        Assert.NotNull(_challenges.Read(TextOf(solution)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("eA==")] // x
    [InlineData("e30=")] // {}
    [InlineData("W10=")] // []
    [InlineData("bnVsbA==")] // null
    public void What_is_no_solution_at_all_is_not_right(string text) => Assert.Null(_challenges.Read(text));

    [Theory]
    [InlineData("algorithm")]
    [InlineData("challenge")]
    [InlineData("number")]
    [InlineData("salt")]
    [InlineData("signature")]
    public void A_solution_needs_each_of_its_members_and_may_have_others(string member)
    {
        var right = JsonSerializer.SerializeToNode(Solve(_challenges.Make()), AltchaJson.Default.AltchaSolution)!.AsObject();
        var missing = right.DeepClone().AsObject();
        missing.Remove(member);

        Assert.Null(_challenges.Read(TextOf(missing)));
        Assert.Null(_challenges.Read(TextOf(With(right, member, null))));
        Assert.Null(_challenges.Read(TextOf(With(right, member, new JsonArray()))));
        Assert.NotNull(_challenges.Read(TextOf(With(right, "took", 7))));
    }

    [Fact]
    public void A_solution_has_at_most_2048_characters()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(Solve(_challenges.Make()), AltchaJson.Default.AltchaSolution);
        // Four characters for three bytes.
        byte[] padded = [.. json, .. Enumerable.Repeat((byte)' ', (2048 / 4 * 3) - json.Length)];
        var longest = Convert.ToBase64String(padded);
        Assert.Equal(2048, longest.Length);

        Assert.NotNull(_challenges.Read(longest));
        Assert.Null(_challenges.Read(" " + longest));
        Assert.NotNull(_challenges.Read(" " + Convert.ToBase64String(json)));
    }

    [Fact]
    public void Programs_know_the_members_by_these_names()
    {
        Assert.Equal(
            """{"algorithm":"SHA-256","challenge":"c","maxnumber":7,"salt":"s","signature":"m"}""",
            JsonSerializer.Serialize(new AltchaChallenge("SHA-256", "c", 7, "s", "m"), AltchaJson.Default.AltchaChallenge));
        Assert.Equal(
            """{"service":"turnstile","site_key":"k","action":"handstamp","script":"https://example.com/api.js"}""",
            JsonSerializer.Serialize(
                new SiteChallenge("turnstile", "k", "handstamp", new Uri("https://example.com/api.js")), AltchaJson.Default.SiteChallenge));
    }

    AltchaChallenges Create(int maxNumber) => new(Keys, Options.Create(new ChallengeOptions { MaxNumber = maxNumber }), _app.Clock);

    string Salt(byte key) => $"{Digits}?key={key:x2}&expires={End}&";

    static string Signed(string salt, MacKey key)
    {
        var challenge = HashOf(salt, 7);
        return TextOf(new AltchaSolution("SHA-256", challenge, 7, salt, SignatureOf(key, challenge)));
    }

    static AltchaSolution Solve(AltchaChallenge made) => new(made.Algorithm, made.Challenge, NumberOf(made), made.Salt, made.Signature);

    static int NumberOf(AltchaChallenge made) =>
        Enumerable.Range(0, made.Maxnumber + 1).First(number => HashOf(made.Salt, number) == made.Challenge);

    static string TextOf(AltchaSolution solution) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(solution, AltchaJson.Default.AltchaSolution));

    static string TextOf(JsonObject solution) => Convert.ToBase64String(Encoding.UTF8.GetBytes(solution.ToJsonString()));

    static JsonObject With(JsonObject solution, string member, JsonNode? value)
    {
        var changed = solution.DeepClone().AsObject();
        changed[member] = value;
        return changed;
    }

    static string HashOf(string salt, int number) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{salt}{number}"))));

    static string SignatureOf(MacKey key, string challenge) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key.DeriveKey("handstamp challenge"u8), Encoding.ASCII.GetBytes(challenge)));
}
