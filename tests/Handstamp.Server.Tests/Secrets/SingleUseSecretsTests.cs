using System.Buffers.Text;
using System.Text;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Secrets;

public sealed class SingleUseSecretsTests : IAsyncLifetime
{
    static readonly SecretPurpose Purpose = new("test", Tries: 3, Most: 10);

    readonly Guid _subject = Guid.CreateVersion7();
    HandstampApp _app = null!;

    SingleUseSecrets Secrets => _app.Get<SingleUseSecrets>();

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_secret_returns_its_payload_until_it_is_used()
    {
        var text = await MakeAsync();

        var tried = Assert.IsType<TriedSecret>(await Secrets.TryAsync(Purpose, text));
        Assert.Equal((_subject, "payload"), (tried.Content.Subject, Encoding.UTF8.GetString(tried.Content.Payload)));
        Assert.True(await Secrets.TakeAsync(tried));

        Assert.False(await Secrets.TakeAsync(tried));
        Assert.Null(await Secrets.TryAsync(Purpose, text));
    }

    [Fact]
    public async Task Only_a_hash_is_stored()
    {
        var text = await MakeAsync();
        // After the number of the key and the id of the row.
        var secret = Base64Url.DecodeFromChars(text.AsSpan("hss_".Length))[17..];

        foreach (var file in Directory.EnumerateFiles(_app.Directory))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content);
            Assert.True(content.AsSpan().IndexOf(secret) < 0, file);
            Assert.True(content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) < 0, file);
        }
        Assert.DoesNotContain(text, SecretText.TryParse(text, out var parsed) ? parsed.ToString() : text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_for_one_purpose_does_not_work_for_another()
    {
        var text = await MakeAsync();

        Assert.Null(await Secrets.TryAsync(Purpose with { Name = "other" }, text));

        Assert.NotNull(await Secrets.TryAsync(Purpose, text));
    }

    [Fact]
    public async Task A_hash_that_is_copied_to_another_row_does_not_work_there()
    {
        var mine = Base64Url.DecodeFromChars((await MakeAsync()).AsSpan("hss_".Length));
        var other = (byte[])[.. mine];
        // Another row's id, with the known secret.
        Guid.CreateVersion7().TryWriteBytes(other.AsSpan(1), bigEndian: true, out _);
        var key = _app.Get<KeyRingService>().Ring.MacKey(_app.Clock.Now());
        Assert.True(SecretText.TryParse($"hss_{Base64Url.EncodeToString(mine)}", out var own));
        Assert.True(SecretText.TryParse($"hss_{Base64Url.EncodeToString(other)}", out var foreign));
        await _app.Get<ISecretStore>().AddAsync(
            own.KeyFor(Purpose.Name, key) with { Id = foreign.Id }, new SecretContent(_subject, [], Expiry), tries: 1, most: 10);

        Assert.Null(await Secrets.TryAsync(Purpose, foreign.Reveal()));
        Assert.NotNull(await Secrets.TryAsync(Purpose, own.Reveal()));
    }

    [Fact]
    public async Task Secrets_of_a_revoked_key_do_not_work()
    {
        var text = await MakeAsync();
        var ring = _app.Get<KeyRingService>();
        var key = ring.Ring.MacKey(_app.Clock.Now());
        await _app.Get<IKeyStore>().RevokeAsync($"mac-{key.Id}", _app.Clock.Now());
        await ring.FollowAsync(default);

        Assert.Null(await Secrets.TryAsync(Purpose, text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hss_")]
    [InlineData("hss_%%%%")]
    [InlineData("hsr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("hss_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("hss_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("hss_\u00fc\u0000AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("hss_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public async Task A_text_that_is_not_a_secret_finds_nothing(string text) => Assert.Null(await Secrets.TryAsync(Purpose, text));

    [Fact]
    public async Task A_text_of_any_length_finds_nothing() =>
        Assert.Null(await Secrets.TryAsync(Purpose, "hss_" + new string('A', 1_000_000)));

    [Fact]
    public async Task A_payload_that_is_too_long_is_not_kept() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        () => Secrets.MakeAsync(Purpose, new SecretContent(_subject, new byte[SecretContent.MaxPayload + 1], Expiry)));

    DateTimeOffset Expiry => _app.Clock.Now() + TimeSpan.FromMinutes(10);

    async Task<string> MakeAsync() =>
        (await Secrets.MakeAsync(Purpose, new SecretContent(_subject, "payload"u8.ToArray(), Expiry))).Reveal();
}
