using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>An app that makes claims itself, which may take its time.</summary>
public sealed class ClaimsFactoryTests
{
    [Fact]
    public async Task It_is_asked_while_no_transaction_waits_for_it()
    {
        var calls = new Calls();
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, services: services =>
            services.AddSingleton(calls).AddScoped<IUserClaimsPrincipalFactory<AppUser>, Factory>());
        var tokens = await app.RegisterAndLoginAsync();

        tokens = Tokens.Of(await app.RefreshAsync(tokens));

        Assert.Equal(["maths"], (await app.ClaimsAsync(tokens.AccessToken))["subject"]);
        Assert.NotEmpty(calls);
        Assert.DoesNotContain(true, calls);
    }

    [Fact]
    public async Task A_user_who_is_locked_out_while_it_is_asked_does_not_log_in()
    {
        var calls = new Calls();
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, services: services =>
            services.AddSingleton(calls).AddScoped<IUserClaimsPrincipalFactory<AppUser>, Factory>());
        await app.RegisterAsync();

        // The first two times are those of Identity and of the methods. The lockout changes no stamp.
        calls.Third = () => app.WithUsersAsync(async users =>
            await users.SetLockoutEndDateAsync((await users.FindByEmailAsync(IdentityApp.Email))!, DateTimeOffset.MaxValue));
        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsRefused("Failed");

        Assert.Equal(3, calls.Count);
    }

    /// <summary>Whether a transaction was open, at each call.</summary>
    sealed class Calls : ConcurrentQueue<bool>
    {
        public Func<Task>? Third { get; set; }
    }

    sealed class Factory(UserManager<AppUser> users, RoleManager<IdentityRole> roles, IOptions<IdentityOptions> options, AppUsers database, Calls calls)
        : UserClaimsPrincipalFactory<AppUser, IdentityRole>(users, roles, options)
    {
        protected override async Task<ClaimsIdentity> GenerateClaimsAsync(AppUser user)
        {
            calls.Enqueue(database.Database.CurrentTransaction is not null);
            var identity = await base.GenerateClaimsAsync(user);
            identity.AddClaim(new Claim("subject", "maths"));
            if (calls.Count == 3 && calls.Third is { } act) await act();
            return identity;
        }
    }
}
