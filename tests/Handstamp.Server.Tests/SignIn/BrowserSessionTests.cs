using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Handstamp.Server.Tests.Pages;
using Handstamp.Server.Tests.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>The person who is logged in in the browser, as an authorize request asks for it: without the pages.</summary>
public sealed class BrowserSessionTests : ShopTests
{
    const string Asked = $"{Shop.Authorize}?client_id=shop&state=a..b%26&redirect_uri=https%3A%2F%2Fshop.example%2Fback%3Fx%3Dy";

    PageBrowser _browser = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _shop.Factor(ShopApp.Otp).IsOn = false;
        _browser = new PageBrowser(App);
    }

    public override async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_person_who_is_not_logged_in_logs_in_first_and_returns_with_the_whole_query()
    {
        var sent = await LoginAsync(Asked);

        Assert.Equal(Asked, sent.Location);
        var listed = Assert.Single(await _shop.SessionsAsync());
        Assert.Equal(
            (SessionTransport.Page, null, "pwd"),
            (listed.Session.Transport, listed.Session.ClientId, listed.Session.AuthenticationMethods));
    }

    [Fact]
    public async Task A_client_gets_its_own_session_with_the_time_and_the_factors_of_the_login()
    {
        var loggedIn = App.Clock.GetUtcNow();
        await LoginAsync(Asked);
        App.Jump(TimeSpan.FromMinutes(30));

        var page = await _browser.GetAsync(Asked);

        var sessionId = JsonDocument.Parse(page.Html).RootElement.GetProperty("session_id").GetGuid();
        var session = (await _shop.SessionsAsync()).Single(listed => listed.Session.Id == sessionId).Session;
        Assert.Equal(
            (Shop.ClientId, Shop.Scope, Shop.Audience, SessionTransport.Body, "pwd", loggedIn, App.Clock.GetUtcNow()),
            (session.ClientId, session.Scope, session.Audience, session.Transport, session.AuthenticationMethods,
                session.AuthenticatedAt, session.Rotation.IssuedAt));
        Assert.Equal(2, (await _shop.SessionsAsync()).Count);
    }

    [Fact]
    public async Task An_additional_factor_that_is_due_must_be_given()
    {
        await LoginAsync(Asked);
        _shop.Factor(ShopApp.Otp).IsOn = true;

        var page = await _browser.GetAsync(Asked);
        var due = JsonDocument.Parse(page.Html).RootElement;
        var tokens = await _shop.FinishedAsync(due.GetProperty("ticket").GetString()!);

        Assert.Equal(HttpStatusCode.Accepted, page.Status);
        Assert.Equal(["pwd", "otp", "mfa"], (await _shop.VerifiedAsync(tokens)).AuthenticationMethods);
    }

    [Fact]
    public async Task A_session_that_has_ended_since_it_was_read_grants_nothing()
    {
        await LoginAsync(Asked);
        var session = Assert.Single(await _shop.SessionsAsync()).Session;
        await App.Get<SessionOperations>().EndAsync(session.Id, EndReason.PasswordChanged, App.Clock.GetUtcNow());

        var request = new SignInRequest { Transport = SessionTransport.Body };
        var refused = Assert.IsType<SignInOutcome.Refused>(await App.Get<SignInAttempts>().BeginAsync(request, session, default));

        Assert.Equal(Problems.SessionRevoked, refused.Refusal.Problem);
    }

    [Fact]
    public async Task A_password_that_changes_while_a_client_is_granted_a_session_refuses_it()
    {
        await LoginAsync(Asked);
        var session = Assert.Single(await _shop.SessionsAsync()).Session;
        var account = await _shop.AccountAsync();
        // Right after the session was found to be alive.
        ((InterleavedSessions)App.Get<ISessionStore>()).AfterFind = () =>
            App.Get<AccountOperations>().SetPasswordAsync(account, "another unusual sentence", HashingQueue.Operator, default);

        var request = new SignInRequest { Transport = SessionTransport.Body };
        var granted = Assert.IsType<SignInOutcome.Granted>(await App.Get<SignInAttempts>().BeginAsync(request, session, default));
        var refused = Assert.IsType<LoginOutcome.Refused>(await App.Get<LoginOperations>().BeginAsync(granted.Grant, default));

        Assert.Equal(Problems.InvalidCredentials, refused.Refusal.Problem);
        Assert.Empty(await _shop.SessionsAsync());
    }

    [Fact]
    public async Task A_key_that_is_revoked_meanwhile_is_replaced_by_the_present_one_and_not_by_that_of_the_login()
    {
        await LoginAsync(Asked);
        var ring = App.Get<KeyRingService>();
        Assert.True(await ring.RotateAsync(KeyPurpose.Mac, App.Clock.Now(), default));
        App.Jump(TimeSpan.FromMinutes(1));
        var revoked = ring.Ring.MacKey(App.Clock.Now()).Id;
        // By another process: this process has not read the ring again.
        ((InterleavedSessions)App.Get<ISessionStore>()).BeforeAdding =
            () => App.Get<IKeyStore>().RevokeAsync($"mac-{revoked}", App.Clock.Now());

        await _browser.GetAsync(Asked);

        var session = (await _shop.SessionsAsync()).Single(listed => listed.Session.ClientId == Shop.ClientId).Session;
        Assert.NotEqual(revoked, session.MacKeyId);
        Assert.Equal(ring.Ring.MacKey(App.Clock.Now()).Id, session.MacKeyId);
    }

    async Task<Page> LoginAsync(string asked) => await _browser.SubmitAsync(
        await _browser.OpenAsync(asked), "/account/login", ("email", HandstampApp.Email), ("password", HandstampApp.Password));
}
