using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Handstamp.TestBed.Postgres;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>Requests that MapIdentityApi answers with 500, or takes without a limit.</summary>
public sealed class HostileTests
{
    [Theory, OnBoth]
    public async Task A_null_is_a_missing_member(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();
        (await app.GetAsync(app.Mails.Only.Text)).IsOk();
        var text = "x";
        string? none = null;

        (string Path, object Body)[] requests =
        [
            ("/register", new { email = "eve@example.com", password = none }),
            ("/login", new { email = none, password = text }), ("/login", new { email = IdentityApp.Email, password = none }),
            ("/forgotPassword", new { email = none }), ("/resendConfirmationEmail", new { email = none }),
            ("/resetPassword", new { email = none, resetCode = text, newPassword = text }),
            ("/resetPassword", new { email = IdentityApp.Email, resetCode = none, newPassword = text }),
        ];
        foreach (var (path, body) in requests)
            await RefusedAsync(wire, app.PostAsync(path, body), HttpStatusCode.BadRequest);
    }

    [Theory, OnBoth]
    public async Task Texts_that_PostgreSQL_does_not_take_are_refused_before_it(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, postgres: await (await PostgresServer.Shared).CreateDatabaseAsync());
        var tokens = await app.RegisterAndLoginAsync();

        var tooLong = new string('a', 300) + "@example.com";
        await RefusedAsync(wire, app.PostAsync("/register", new { email = tooLong, password = IdentityApp.Password }), HttpStatusCode.BadRequest);
        await RefusedAsync(wire, app.PostAsync("/login", new { email = "a\0@example.com", password = "x" }), HttpStatusCode.BadRequest);
        await RefusedAsync(wire, app.GetAsync("/confirmEmail?userId=%00&code=AAAA"), HttpStatusCode.BadRequest);
        if (wire == Wire.MapIdentityApi) return;
        foreach (var email in new[] { tooLong, "a\0@example.com" })
        {
            (await app.PostAsync("/register", new { email, password = IdentityApp.Password })).IsInvalid("InvalidEmail");
            (await app.PostAsync("/manage/info", new { newEmail = email }, tokens.AccessToken)).IsInvalid("InvalidEmail");
        }
    }

    [Theory, OnBoth]
    public async Task Of_two_registrations_at_the_same_moment_one_succeeds_and_the_other_is_a_duplicate(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(
            wire, services: services => services.AddSingleton<Meeting>().AddScoped<IUserValidator<AppUser>>(all => all.GetRequiredService<Meeting>()));

        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            app.PostAsync("/register", new { email = IdentityApp.Email, password = IdentityApp.Password })));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        var other = Assert.Single(answers, answer => answer.Status != HttpStatusCode.OK);
        if (wire == Wire.Handstamp) other.IsInvalid("DuplicateUserName");
        else Assert.Equal(HttpStatusCode.InternalServerError, other.Status);
    }

    [Fact]
    public async Task A_body_has_an_end()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var body = $"{{\"email\":\"{IdentityApp.Email}\",\"password\":\"{new string('x', 70_000)}\"}}";

        foreach (var path in new[] { "/register", "/login", "/refresh", "/passkeys/login" })
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            (await app.Client.SendAsync(HttpMethod.Post, path, content)).IsEmpty(HttpStatusCode.RequestEntityTooLarge);
        }
    }

    [Fact]
    public async Task A_body_that_does_not_say_how_long_it_is_has_one_too()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login") { Content = new Endless() };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    static async Task RefusedAsync(Wire wire, Task<Answer> sent, HttpStatusCode status)
    {
        var answer = await sent;
        Assert.Equal(wire == Wire.Handstamp ? status : HttpStatusCode.InternalServerError, answer.Status);
    }

    /// <summary>Two users wait here for each other, after both were found to be new.</summary>
    sealed class Meeting : IUserValidator<AppUser>
    {
        readonly TaskCompletionSource _both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _arrived;

        public async Task<IdentityResult> ValidateAsync(UserManager<AppUser> manager, AppUser user)
        {
            if (Interlocked.Increment(ref _arrived) == 2) _both.SetResult();
            await _both.Task;
            return IdentityResult.Success;
        }
    }

    sealed class Endless : HttpContent
    {
        public Endless() => Headers.ContentType = new MediaTypeHeaderValue("application/json");

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("{\"email\":\""u8.ToArray());
            for (var i = 0; i < 100; i++) await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 1024)));
            await stream.WriteAsync("\",\"password\":\"x\"}"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
