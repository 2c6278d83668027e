using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>What a guess at a code costs.</summary>
public sealed class MailCodesTests
{
    const string Holder = "ADA@EXAMPLE.COM";

    static readonly Origin By = MailCalls.Person;
    static readonly CancellationToken Gone = new(canceled: true);

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("12345x")]
    public async Task What_cannot_be_a_code_is_refused_and_counts_for_nothing(string code)
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:Throttle:NetworkFree"] = "1" });

        for (var attempt = 0; attempt < 11; attempt++)
        {
            var refusal = await TryAsync(app, code);
            Assert.Equal((Problems.InvalidRequest, "A code has six digits.", "code"), (refusal!.Problem, refusal.Detail, refusal.Field));
        }

        Assert.Equal(Problems.LoginCodeInvalid, (await TryAsync(app, "000000"))!.Problem);
    }

    [Fact]
    public async Task After_ten_wrong_codes_an_address_waits_for_the_tenth_part_of_a_week()
    {
        await using var app = await HandstampApp.StartAsync();
        var wait = TimeSpan.FromDays(7) / 10;
        for (var attempt = 0; attempt < 10; attempt++) Assert.Equal(Problems.LoginCodeInvalid, (await TryAsync(app, "000000"))!.Problem);

        var refused = (await TryAsync(app, "000000"))!;
        Assert.Equal((Problems.TooManyRequests, wait), (refused.Problem, refused.RetryAfter));
        Assert.Equal(Problems.LoginCodeInvalid, (await TryAsync(app, "000000", "EVE@EXAMPLE.COM"))!.Problem);
        app.Jump(wait - TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(1), (await TryAsync(app, "000000"))!.RetryAfter);
        app.Jump(TimeSpan.FromMilliseconds(1));

        Assert.Equal(Problems.LoginCodeInvalid, (await TryAsync(app, "000000"))!.Problem);
        Assert.Equal(wait, (await TryAsync(app, "000000"))!.RetryAfter);
    }

    [Fact]
    public async Task Wrong_codes_count_for_their_network_as_wrong_passwords_do()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:Throttle:NetworkFree"] = "2" });
        for (var attempt = 0; attempt < 2; attempt++) await TryAsync(app, "000000", $"{attempt}@EXAMPLE.COM");

        var refused = (await TryAsync(app, "000000"))!;

        Assert.Equal((Problems.TooManyRequests, TimeSpan.FromSeconds(1)), (refused.Problem, refused.RetryAfter));
        Assert.Equal(Problems.LoginCodeInvalid, (await TryAsync(app, "000000", by: By with { Address = IPAddress.Parse("198.51.100.7") }))!.Problem);
        app.Jump(TimeSpan.FromSeconds(1));
        Assert.Equal(Problems.LoginCodeInvalid, (await TryAsync(app, "000000"))!.Problem);
    }

    [Fact]
    public async Task A_right_code_counts_neither_for_the_address_nor_for_the_network_and_is_not_spent()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:Throttle:NetworkFree"] = "1" });
        var content = new SecretContent(Guid.CreateVersion7(), [], app.Clock.GetUtcNow().AddHours(1));
        var code = await app.Get<SingleUseSecrets>().MakeCodeAsync(MailSecrets.Login.Code, Holder, content);

        for (var attempt = 0; attempt < 3; attempt++)
        {
            var answer = await app.Get<MailCodes>().TryAsync(MailSecrets.Login, Holder, code, Problems.LoginCodeInvalid, By, default);
            Assert.True(answer.Has(out var tried, out _));
            Assert.Equal(content.Subject, tried.Content.Subject);
        }
    }

    [Theory]
    [InlineData("email_token_invalid")]
    [InlineData("login_code_invalid")]
    public async Task A_wrong_code_is_refused_in_the_words_of_what_it_is_for(string problem)
    {
        await using var app = await HandstampApp.StartAsync();
        var wrong = Problems.All.Single(one => one.Code == problem);

        var answer = await app.Get<MailCodes>().TryAsync(MailSecrets.Change, Holder, "000000", wrong, By, default);

        Assert.False(answer.Has(out _, out var refusal));
        Assert.Equal(wrong, refusal.Problem);
    }

    [Fact]
    public async Task Without_a_place_for_its_hash_a_code_is_not_compared_and_does_not_count()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:Hashing:QueueLimit"] = "1", ["Accounts:Throttle:NetworkFree"] = "1" });
        var taken = app.Get<HashingQueue>().TryEnter(IPAddress.Loopback)!;

        var refused = (await TryAsync(app, "000000"))!;

        Assert.Equal((Problems.ServerBusy, TimeSpan.FromSeconds(1)), (refused.Problem, refused.RetryAfter));
        taken.Dispose();
        Assert.Equal(Problems.LoginCodeInvalid, (await TryAsync(app, "000000"))!.Problem);
    }

    [Fact]
    public async Task A_code_that_was_not_hashed_is_not_compared_and_does_not_count()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:Throttle:NetworkFree"] = "1" });
        var content = new SecretContent(Guid.CreateVersion7(), [], app.Clock.GetUtcNow().AddHours(1));
        var code = await app.Get<SingleUseSecrets>().MakeCodeAsync(MailSecrets.Login.Code, Holder, content);

        for (var attempt = 0; attempt < 11; attempt++)
        {
            var refused = (await TryAsync(app, code, cancel: Gone))!;
            Assert.Equal((Problems.ServerBusy, TimeSpan.FromSeconds(1)), (refused.Problem, refused.RetryAfter));
        }

        Assert.Null(await TryAsync(app, code));
    }

    /// <summary>Why the code is refused; null if it is right.</summary>
    static async Task<Refusal?> TryAsync(HandstampApp app, string code, string holder = Holder, Origin? by = null, CancellationToken cancel = default) =>
        (await app.Get<MailCodes>().TryAsync(MailSecrets.Login, holder, code, Problems.LoginCodeInvalid, by ?? By, cancel)).Has(out _, out var refusal)
            ? null
            : refusal;
}
