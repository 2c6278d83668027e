using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>Where our answers differ from the framework's; the guide lists each.</summary>
public sealed class DifferenceTests
{
    [Fact]
    public async Task An_old_refresh_token_ends_its_session()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var first = await app.RegisterAndLoginAsync();
        var third = await RefreshedTwiceAsync(app, first);

        (await app.RefreshAsync(first)).IsUnauthorized();

        (await app.RefreshAsync(third)).IsUnauthorized();
    }

    [Theory, OnBoth]
    public async Task As_with_the_framework_it_goes_on_if_the_setting_says_so(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, sessions: options => options.WhenUsedAgain = UsedAgain.Allow);
        var first = await app.RegisterAndLoginAsync();
        var third = await RefreshedTwiceAsync(app, first);

        Tokens.Of(await app.RefreshAsync(first));

        Tokens.Of(await app.RefreshAsync(third));
    }

    [Theory, OnBoth]
    public async Task An_access_token_lives_for_ten_minutes_and_for_an_hour_if_the_setting_says_so(Wire wire)
    {
        await using (var app = await IdentityApp.StartAsync(wire))
            Assert.Equal(wire == Wire.Handstamp ? 600 : 3600, (await app.RegisterAndLoginAsync()).ExpiresIn);
        await using (var app = await IdentityApp.StartAsync(wire, sessions: options => options.AccessTokenLifetime = TimeSpan.FromHours(1)))
            Assert.Equal(3600, (await app.RegisterAndLoginAsync()).ExpiresIn);
    }

    [Fact]
    public async Task A_login_beyond_the_limit_ends_the_session_that_was_idle_for_a_day_and_no_other()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, sessions: options => options.MaxSessionsPerUser = 1);
        var first = await app.RegisterAndLoginAsync();
        var again = new { email = IdentityApp.Email, password = IdentityApp.Password };
        (await app.PostAsync("/login", again)).IsRefused("Failed");

        app.Jump(TimeSpan.FromDays(1));
        var second = Tokens.Of(await app.PostAsync("/login", again));

        (await app.RefreshAsync(first)).IsUnauthorized();
        Tokens.Of(await app.RefreshAsync(second));
    }

    [Fact]
    public async Task A_session_ends_after_its_whole_life_however_much_it_is_used()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, sessions: options =>
            (options.IdleLifetime, options.AbsoluteLifetime) = (TimeSpan.FromDays(2), TimeSpan.FromDays(2)));
        var tokens = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromDays(1));
        tokens = Tokens.Of(await app.RefreshAsync(tokens));

        app.Jump(TimeSpan.FromDays(1));

        (await app.RefreshAsync(tokens)).IsUnauthorized();
    }

    [Theory, OnBoth]
    public async Task The_access_token_of_a_deleted_user_works_no_more(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        await app.WithUsersAsync(async users => await users.DeleteAsync((await users.FindByEmailAsync(IdentityApp.Email))!));

        var answer = await app.GetAsync("/manage/info", tokens.AccessToken);
        answer.IsEmpty(wire == Wire.Handstamp ? HttpStatusCode.Unauthorized : HttpStatusCode.NotFound);
    }

    [Theory, OnBoth]
    public async Task A_user_who_is_locked_out_by_the_app_refreshes_no_more(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        await app.WithUsersAsync(async users => await users.SetLockoutEndDateAsync((await users.FindByEmailAsync(IdentityApp.Email))!, DateTimeOffset.MaxValue));

        if (wire == Wire.Handstamp) (await app.RefreshAsync(tokens)).IsUnauthorized();
        else Tokens.Of(await app.RefreshAsync(tokens));
    }

    [Theory, OnBoth]
    public async Task One_who_is_locked_out_by_wrong_passwords_does(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, identity => identity.Lockout.MaxFailedAccessAttempts = 1);
        var tokens = await app.RegisterAndLoginAsync();

        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = "wrong" })).IsRefused("LockedOut");

        Tokens.Of(await app.RefreshAsync(tokens));
    }

    [Theory, OnBoth]
    public async Task A_link_in_a_mail_leads_to_the_issuer_whatever_host_the_request_names(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(
            wire, settings: new() { ["Handstamp:Issuer"] = "https://app.example.com:8443/identity" },
            routes: routes => IdentityApp.Map(routes.MapGroup("/identity"), wire));

        var link = new Uri(await LinkForHostAsync(app, "/identity/register", "evil.example"));

        Assert.Equal(
            wire == Wire.Handstamp ? "https://app.example.com:8443/identity/confirmEmail" : "http://evil.example/identity/confirmEmail",
            link.GetLeftPart(UriPartial.Path));
    }

    [Theory, OnBoth]
    public async Task Without_an_issuer_it_leads_to_the_host_of_the_request(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, settings: new() { ["Handstamp:Issuer"] = null });

        Assert.Equal("app.example.com", new Uri(await LinkForHostAsync(app, "/register", "app.example.com")).Host);
    }

    static async Task<string> LinkForHostAsync(IdentityApp app, string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(new { email = IdentityApp.Email, password = IdentityApp.Password }),
        };
        request.Headers.Host = host;
        using var answer = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return app.Mails.Only.Text;
    }

    [Theory, OnBoth]
    public async Task An_address_that_became_anothers_name_changes_nothing(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/manage/info", new { newEmail = "countess@example.com" }, tokens.AccessToken)).IsOk();
        var link = app.Mails.Last.Text;
        await app.RegisterAsync("countess@example.com");

        (await app.GetAsync(link)).IsUnauthorized();

        var user = await app.WithUsersAsync(users => users.FindByNameAsync(IdentityApp.Email));
        Assert.Equal(wire == Wire.Handstamp ? IdentityApp.Email : "countess@example.com", user!.Email);
    }

    [Fact]
    public async Task One_that_becomes_anothers_name_at_this_moment_changes_nothing_either()
    {
        var meanwhile = new Meanwhile("countess@example.com");
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, services: services => services.AddSingleton<IUserValidator<AppUser>>(meanwhile));
        var tokens = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/manage/info", new { newEmail = "countess@example.com" }, tokens.AccessToken)).IsOk();
        var link = app.Mails.Last.Text;

        meanwhile.Once = () => app.RegisterAsync("countess@example.com");
        (await app.GetAsync(link)).IsUnauthorized();

        Assert.Null(meanwhile.Once);
        var user = await app.WithUsersAsync(users => users.FindByNameAsync(IdentityApp.Email));
        Assert.Equal((IdentityApp.Email, false), (user!.Email, user.EmailConfirmed));
        (await app.GetAsync("/hello", tokens.AccessToken)).IsOk();
    }

    [Fact]
    public async Task A_wrong_code_for_a_new_address_changes_nothing_that_the_app_could_save()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, routes: routes => routes.Use(async (context, next) =>
        {
            await next(context);
            await context.RequestServices.GetRequiredService<AppUsers>().SaveChangesAsync();
        }));
        await app.RegisterAsync();
        var id = await app.WithUsersAsync(async users => (await users.FindByNameAsync(IdentityApp.Email))!.Id);

        (await app.GetAsync($"/confirmEmail?userId={id}&code=AAAA&changedEmail=countess@example.com")).IsUnauthorized();

        Assert.NotNull(await app.WithUsersAsync(users => users.FindByNameAsync(IdentityApp.Email)));
        Assert.Equal(IdentityApp.Email, await app.WithUsersAsync(async users => (await users.FindByIdAsync(id))!.UserName));
    }

    static async Task<Tokens> RefreshedTwiceAsync(IdentityApp app, Tokens tokens)
    {
        for (var time = 0; time < 2; time++)
        {
            app.Jump(TimeSpan.FromMinutes(11));
            tokens = Tokens.Of(await app.RefreshAsync(tokens));
        }
        app.Jump(TimeSpan.FromMinutes(11));
        return tokens;
    }

    /// <summary>Lets something happen after a user with this address was found valid, and before it is written.</summary>
    sealed class Meanwhile(string email) : IUserValidator<AppUser>
    {
        public Func<Task>? Once { get; set; }

        public async Task<IdentityResult> ValidateAsync(UserManager<AppUser> manager, AppUser user)
        {
            if (user.Email == email && Once is { } act)
            {
                Once = null;
                await act();
            }
            return IdentityResult.Success;
        }
    }
}
