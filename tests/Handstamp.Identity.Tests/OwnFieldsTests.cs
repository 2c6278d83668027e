using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>Members of the body of <c>POST /register</c> that are the app's own.</summary>
public sealed class OwnFieldsTests
{
    static void TakeNickname(IdentityApiOptions<AppUser> api) => api.Register = (user, fields) =>
    {
        if (!fields.TryGetValue("nickname", out var nickname) || nickname.ValueKind != System.Text.Json.JsonValueKind.String)
            return ValueTask.FromResult(IdentityResult.Failed(new IdentityError { Code = "NicknameRequired", Description = "Choose a nickname." }));
        user.Nickname = nickname.GetString();
        return ValueTask.FromResult(IdentityResult.Success);
    };

    [Fact]
    public async Task The_app_takes_them_into_the_user()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, api: TakeNickname);

        (await app.PostAsync("/register", new { email = IdentityApp.Email, password = IdentityApp.Password, nickname = "Countess" })).IsEmptyOk();

        Assert.Equal("Countess", (await app.WithUsersAsync(users => users.FindByEmailAsync(IdentityApp.Email)))!.Nickname);
    }

    [Fact]
    public async Task The_app_may_refuse_them_and_then_there_is_no_user()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, api: TakeNickname);

        (await app.PostAsync("/register", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsInvalid("NicknameRequired");
        (await app.PostAsync("/register", new { email = IdentityApp.Email, password = IdentityApp.Password, nickname = 1 })).IsInvalid("NicknameRequired");

        Assert.Null(await app.WithUsersAsync(users => users.FindByEmailAsync(IdentityApp.Email)));
        Assert.Empty(app.Mails.Sent);
    }

    [Fact]
    public async Task The_address_and_the_password_are_not_among_them()
    {
        var seen = new List<string>();
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, api: api => api.Register = (_, fields) =>
        {
            seen.AddRange(fields.Keys);
            return ValueTask.FromResult(IdentityResult.Success);
        });

        (await app.PostAsync("/register", new { Email = IdentityApp.Email, PASSWORD = IdentityApp.Password, plan = "x" })).IsEmptyOk();

        Assert.Equal(["plan"], seen);
    }
}
