using System.Net;
using Handstamp.Server.Audit;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>Passkeys that a browser makes by itself after a login with a password (WebAuthn: conditional create).</summary>
public sealed class ConditionalPasskeyTests : PasskeyTests
{
    // Nobody was asked, so nobody was present and nobody was verified.
    static Authenticator Unasked => new() { Flags = Authenticator.Synced | Authenticator.BackedUp };

    [Fact]
    public async Task It_may_be_made_without_asking()
    {
        var authenticator = Unasked;
        var added = await AddedAsync(authenticator, conditional: true);

        Assert.True(added.GetProperty("synced").GetBoolean());
        Assert.Equal("conditional", Assert.Single(await TrailAsync(EventKind.PasskeyAdded)).Outcome);
        authenticator.Flags |= Authenticator.Present | Authenticator.Verified;
        Assert.Equal(["swk", "user"], MethodsIn(await LoggedInAsync(authenticator)));
    }

    [Fact]
    public async Task The_ceremony_says_that_it_may_and_the_client_does_not()
    {
        foreach (var conditional in new bool?[] { null, false })
        {
            var (ceremony, options) = await BeginAddingAsync(conditional: conditional);
            Assert.Equal("invalid_request", (await ProblemAsync(AddAsync(ceremony, Unasked.Create(options)))).Code);
        }
        Assert.Empty(await PasskeysAsync());
    }

    [Fact]
    public async Task All_else_about_it_is_checked_as_ever()
    {
        var (ceremony, options) = await BeginAddingAsync(conditional: true);
        var authenticator = Unasked;
        authenticator.Origin = "https://evil.example";

        Assert.Equal("invalid_request", (await ProblemAsync(AddAsync(ceremony, authenticator.Create(options)))).Code);
    }

    [Fact]
    public async Task It_does_not_make_a_password_need_it()
    {
        await AddedAsync(Unasked, conditional: true);

        Assert.Equal(["pwd"], MethodsIn(await App.LoginAsync()));
    }

    [Fact]
    public async Task It_needs_a_login_with_a_password()
    {
        var authenticator = new Authenticator();
        await AddedAsync(authenticator);
        var withoutPassword = await LoggedInAsync(authenticator);

        var problem = await ProblemAsync(App.PostAsync("/passkeys/options", new { conditional = true }, withoutPassword.AccessToken));

        Assert.Equal("invalid_request", problem.Code);
        AssertIs(HttpStatusCode.OK, await App.PostAsync("/passkeys/options", new { }, withoutPassword.AccessToken));
    }
}
