using System.Net;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class ChangePasswordTests
{
    const string New = "a green umbrella";

    [Fact]
    public async Task A_new_password_replaces_the_old_one_and_ends_the_other_sessions_alone()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();
        var (own, other) = (await service.LogInAsync(), await service.LogInAsync());

        using var answer = await ChangeAsync(service, own.AccessToken, TestAccounts.Password, New);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync());
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(password: New));
        using var kept = await service.RefreshAsync(own);
        await AccountService.ReadAsync(kept, HttpStatusCode.OK);
        using var ended = await service.RefreshAsync(other);
        await AccountService.RefusedAsync(ended, HttpStatusCode.Unauthorized, "session_revoked");
    }

    [Fact]
    public async Task Who_does_not_know_the_current_password_is_refused_and_slowed_down()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:AccountFree=2");
        await service.AddAccountAsync();
        var tokens = await service.LogInAsync();

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            using var wrong = await ChangeAsync(service, tokens.AccessToken, "a purple umbrella", New);
            await AccountService.RefusedAsync(wrong, HttpStatusCode.Unauthorized, "invalid_credentials");
        }
        using var throttled = await ChangeAsync(service, tokens.AccessToken, TestAccounts.Password, New);
        await AccountService.RefusedAsync(throttled, HttpStatusCode.TooManyRequests, "too_many_requests");
        using var alive = await service.RefreshAsync(tokens);
        await AccountService.ReadAsync(alive, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_weak_choice_is_refused_with_the_reason_and_is_no_attempt()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:AccountFree=1");
        await service.AddAccountAsync();
        var tokens = await service.LogInAsync();

        for (var choice = 1; choice <= 3; choice++)
        {
            using var weak = await ChangeAsync(service, tokens.AccessToken, TestAccounts.Password, "password");
            await AccountService.RefusedAsync(weak, HttpStatusCode.BadRequest, "password_too_weak");
        }
        using var answer = await ChangeAsync(service, tokens.AccessToken, TestAccounts.Password, New);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task Without_an_access_token_nothing_is_changed()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();

        using var answer = await ChangeAsync(service, accessToken: null, TestAccounts.Password, New);

        await AccountService.RefusedAsync(answer, HttpStatusCode.Unauthorized, "access_token_missing");
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());
    }

    static Task<HttpResponseMessage> ChangeAsync(
        AccountService service, string? accessToken, string current, string chosen) =>
        service.PostAsync(
            "/password/change", $$"""{"current_password":"{{current}}","new_password":"{{chosen}}"}""", accessToken);
}
