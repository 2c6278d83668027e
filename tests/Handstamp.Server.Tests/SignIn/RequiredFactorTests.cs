using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>A second factor that the settings require.</summary>
public sealed class RequiredFactorTests
{
    static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    static readonly Dictionary<string, string?> ForAll = new() { ["Accounts:SecondFactor"] = "required" };

    static readonly Dictionary<string, string?> ForAdmins = new() { ["Accounts:SecondFactorRoles:0"] = "admin" };

    [Fact]
    public async Task After_the_grace_a_person_adds_an_app_and_is_logged_in()
    {
        await using var app = await HandstampApp.StartAsync(ForAll);
        var ada = new Person(app);
        await app.RegisterAsync();
        app.Jump(TimeSpan.FromDays(100));
        await app.LoginAsync();
        app.Jump(Grace - TimeSpan.FromSeconds(1));
        await app.LoginAsync();
        app.Jump(TimeSpan.FromSeconds(1));

        var token = await RefusedAsync(app);
        using var early = await ada.ContinueAsync(token, "000000");
        using var begun = await app.PostAsync("/login/mfa/totp", new { mfa_token = token });
        ada.Scan(await Person.ReadAsync(begun));
        using var answer = await ada.ContinueAsync(token, ada.Code);

        Assert.Equal("invalid_request", (await ProblemAnswer.ReadAsync(early)).Code);
        var tokens = await TokenSet.ReadAsync(answer);
        Assert.Equal("pwd otp mfa", (await app.Get<ISessionStore>().FindAsync(tokens.SessionId, default))!.Session.AuthenticationMethods);
        await ada.LoginAsync(ada.NextCode());
        using var codes = await app.PostAsync("/mfa/recovery-codes", new { }, tokens.AccessToken);
        Assert.Equal(10, (await Person.ReadAsync(codes)).GetProperty("recovery_codes").GetArrayLength());
    }

    [Fact]
    public async Task A_login_with_the_former_password_adds_no_app()
    {
        await using var app = await HandstampApp.StartAsync(new(ForAll) { ["Accounts:SecondFactorGrace"] = "0" });
        await app.RegisterAsync();
        var thief = new Person(app);
        var early = await RefusedAsync(app);
        using var begun = await app.PostAsync("/login/mfa/totp", new { mfa_token = early });
        thief.Scan(await Person.ReadAsync(begun));
        var late = await RefusedAsync(app);
        var accounts = app.Get<AccountOperations>();
        var account = (await accounts.FindAsync(HandstampApp.Email, default))!;
        await accounts.SetPasswordAsync(account, "another quite unusual sentence", HashingQueue.Operator, default);

        using var added = await thief.ContinueAsync(early, thief.Code);
        using var again = await app.PostAsync("/login/mfa/totp", new { mfa_token = late });

        Assert.Equal(("mfa_token_invalid", "mfa_token_invalid"), ((await ProblemAnswer.ReadAsync(added)).Code, (await ProblemAnswer.ReadAsync(again)).Code));
        Assert.Empty(await app.Get<ISecondFactorStore>().ListAsync(account.Id, default));
    }

    [Fact]
    public async Task The_last_factor_stays_where_one_is_required()
    {
        await using var app = await HandstampApp.StartAsync(ForAll);
        var ada = new Person(app);
        var tokens = await app.RegisterAndLoginAsync();
        await ada.EnrolAsync(tokens);

        using var answer = await app.SendAsync(HttpMethod.Delete, $"/mfa/{ada.AppId}", accessToken: tokens.AccessToken);

        Assert.Equal("last_factor", (await ProblemAnswer.ReadAsync(answer)).Code);
        Assert.Equal(["totp", "recovery_code"], (await ada.BeginAsync()).Methods);
    }

    [Fact]
    public async Task The_last_passkey_stays_where_a_factor_is_required_unless_an_operator_removes_it()
    {
        await using var app = await HandstampApp.StartAsync(ForAll);
        var tokens = await app.RegisterAndLoginAsync();
        var id = await AddPasskeyAsync(app, tokens);

        using var answer = await app.SendAsync(HttpMethod.Delete, $"/passkeys/{id}", accessToken: tokens.AccessToken);

        Assert.Equal("last_factor", (await ProblemAnswer.ReadAsync(answer)).Code);
        var passkeys = app.Get<PasskeyOperations>();
        var account = (await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
        Assert.Single(await passkeys.ListAsync(account.Id, default));
        Assert.Null(await passkeys.RemoveAsync(id, account.Id, Origin.Operator));
    }

    [Fact]
    public async Task Where_no_factor_is_required_the_last_passkey_is_removed()
    {
        await using var app = await HandstampApp.StartAsync(ForAdmins);
        var tokens = await app.RegisterAndLoginAsync();
        var id = await AddPasskeyAsync(app, tokens);

        using var answer = await app.SendAsync(HttpMethod.Delete, $"/passkeys/{id}", accessToken: tokens.AccessToken);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task A_role_that_needs_one_has_its_grace_from_the_first_login_with_it()
    {
        await using var app = await HandstampApp.StartAsync(ForAdmins);
        await app.RegisterAsync();
        await app.LoginAsync();
        app.Jump(TimeSpan.FromDays(30));
        await app.LoginAsync();
        var accounts = app.Get<AccountOperations>();
        await accounts.SetRolesAsync((await accounts.FindAsync(HandstampApp.Email, default))!, ["admin"]);
        await app.LoginAsync();
        app.Jump(Grace);

        await RefusedAsync(app);
    }

    [Fact]
    public async Task Without_a_grace_the_first_login_asks_for_one()
    {
        await using var app = await HandstampApp.StartAsync(new(ForAll) { ["Accounts:SecondFactorGrace"] = "0" });
        await app.RegisterAsync();

        await RefusedAsync(app);
    }

    [Fact]
    public async Task A_ticket_of_an_account_that_has_a_factor_adds_none()
    {
        await using var app = await HandstampApp.StartAsync(ForAll);
        var ada = new Person(app);
        await ada.EnrolAsync(await app.RegisterAndLoginAsync());
        var (token, _) = await ada.BeginAsync();

        using var answer = await app.PostAsync("/login/mfa/totp", new { mfa_token = token });

        Assert.Equal("mfa_token_invalid", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    [Fact]
    public async Task After_a_reset_the_grace_begins_again()
    {
        await using var app = await HandstampApp.StartAsync(ForAll);
        await new Person(app).EnrolAsync(await app.RegisterAndLoginAsync());
        app.Jump(TimeSpan.FromDays(30));
        var account = (await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;

        Assert.True(await app.Get<SecondFactorOperations>().ResetAsync(account.Id, Origin.Operator));
        Assert.False(await app.Get<SecondFactorOperations>().ResetAsync(account.Id, Origin.Operator));

        await app.LoginAsync();
        app.Jump(Grace);
        await RefusedAsync(app);
    }

    static async Task<Guid> AddPasskeyAsync(HandstampApp app, TokenSet tokens)
    {
        using var begun = await app.PostAsync("/passkeys/options", new { }, tokens.AccessToken);
        var answer = await Person.ReadAsync(begun);
        var credential = new Authenticator().Create(answer.GetProperty("options"));
        using var added = await app.PostAsync(
            "/passkeys", new { ceremony = answer.GetProperty("ceremony").GetString(), credential }, tokens.AccessToken);
        return (await Person.ReadAsync(added)).GetProperty("id").GetGuid();
    }

    /// <summary>The token of a login that was refused because the account has no second factor.</summary>
    static async Task<string> RefusedAsync(HandstampApp app)
    {
        using var login = await app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
        var problem = JsonDocument.Parse(await login.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((403, "second_factor_required"), ((int)login.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal(["totp"], Person.MethodsOf(problem));
        return problem.GetProperty("mfa_token").GetString()!;
    }
}
