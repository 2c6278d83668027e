using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Secrets;

public sealed class SecretCodeTests
{
    static readonly SecretPurpose Purpose = new("test-code", Tries: 3, Most: 5);

    static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    [Fact]
    public void A_code_has_six_digits_and_any_of_them()
    {
        string[] codes = [.. Enumerable.Range(0, 2000).Select(_ => SecretCode.Create())];

        Assert.All(codes, code => Assert.True(SecretCode.IsOne(code)));
        Assert.Equal("0123456789", string.Concat(codes.Select(code => code[0]).Distinct().Order()));
        foreach (var text in new[] { "", "12345", "1234567", "12345a", "１２３４５６", "-12345", " 12345" }) Assert.False(SecretCode.IsOne(text));
    }

    [Fact]
    public async Task A_code_is_its_holder_s_and_its_purpose_s_alone_and_is_taken_once()
    {
        await using var app = await HandstampApp.StartAsync();
        var secrets = app.Get<SingleUseSecrets>();
        var code = await MakeAsync(app);

        Assert.Null(await secrets.TryCodeAsync(Purpose, "bob", code, Life));
        Assert.Null(await secrets.TryCodeAsync(Purpose with { Name = "other" }, "ada", code, Life));
        var tried = (await secrets.TryCodeAsync(Purpose, "ada", code, Life))!;
        Assert.True(await secrets.TakeAsync(tried));
        Assert.False(await secrets.TakeAsync(tried));
        Assert.Null(await secrets.TryCodeAsync(Purpose, "ada", code, Life));
    }

    [Fact]
    public async Task A_code_of_before_the_key_was_rotated_still_works()
    {
        await using var app = await HandstampApp.StartAsync();
        var key = app.Get<KeyRingService>().Ring.MacKey(app.Clock.GetUtcNow());
        var code = await MakeAsync(app);

        await app.Get<KeyOperations>().RotateAsync(KeyPurpose.Mac, soon: true, Origin.Operator, default);

        app.Jump(TimeSpan.FromMinutes(5));
        Assert.NotNull(await app.Get<SingleUseSecrets>().TryCodeAsync(Purpose, "ada", code, Life));
        Assert.NotNull(key);
    }

    [Fact]
    public async Task The_row_shows_neither_the_code_nor_its_holder()
    {
        await using var app = await HandstampApp.StartAsync();
        var ring = app.Get<KeyRingService>().Ring;
        var key = SecretCode.KeyFor("test-code", "ada", "123456", ring.MacKey(app.Clock.GetUtcNow()));

        Assert.NotEqual(key.Id, SecretCode.KeyFor("test-code", "bob", "123456", ring.MacKey(app.Clock.GetUtcNow())).Id);
        Assert.Equal(key.Id, SecretCode.KeyFor("test-code", "ada", "654321", ring.MacKey(app.Clock.GetUtcNow())).Id);
        Assert.NotEqual(key.Hash, SecretCode.KeyFor("test-code", "ada", "654321", ring.MacKey(app.Clock.GetUtcNow())).Hash);
    }

    static Task<string> MakeAsync(HandstampApp app) => app.Get<SingleUseSecrets>().MakeCodeAsync(
        Purpose, "ada", new SecretContent(Guid.NewGuid(), [], app.Clock.GetUtcNow() + Life));
}
