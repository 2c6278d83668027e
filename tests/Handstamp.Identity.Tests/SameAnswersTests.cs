using System.Text.Json;
using Handstamp.TestBed.Postgres;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>The same requests to both: each answer has the same status, media type, challenge, cookies and members.</summary>
public sealed class SameAnswersTests
{
    static readonly object Credentials = new { email = IdentityApp.Email, password = IdentityApp.Password };

    [Fact]
    public async Task Each_answer_has_the_same_form()
    {
        var theirs = await TranscriptAsync(Wire.MapIdentityApi);
        var ours = await TranscriptAsync(Wire.Handstamp);

        Assert.Equal(theirs, ours);
        Assert.Contains("POST /login 200 application/json; charset=utf-8 {tokenType:String accessToken:String expiresIn:Number refreshToken:String}", ours);
    }

    [Fact]
    public async Task It_is_so_on_PostgreSQL_too()
    {
        var server = await PostgresServer.Shared;

        Assert.Equal(
            await TranscriptAsync(Wire.MapIdentityApi, await server.CreateDatabaseAsync()),
            await TranscriptAsync(Wire.Handstamp, await server.CreateDatabaseAsync()));
    }

    static async Task<List<string>> TranscriptAsync(Wire wire, string? postgres = null)
    {
        await using var app = await IdentityApp.StartAsync(wire, identity => identity.Lockout.MaxFailedAccessAttempts = 3, postgres: postgres);
        var lines = new List<string>();
        string? token = null;

        await PostAsync("/register", Credentials);
        await PostAsync("/register", Credentials);
        await PostAsync("/register", new { email = "x", password = "x" });
        await PostAsync("/login", new { email = IdentityApp.Email, password = "wrong" });
        var login = await PostAsync("/login", Credentials);
        await PostAsync("/refresh", new { refreshToken = "x" });
        await PostAsync("/refresh", new { refreshToken = login.Text("refreshToken") });
        await PostAsync("/manage/2fa", new { });
        await PostAsync("/manage/info", new { });
        await GetAsync("/manage/info");
        await GetAsync("/hello");
        token = "x";
        await GetAsync("/manage/info");
        token = login.Text("accessToken");
        await GetAsync("/hello");
        await GetAsync("/manage/info");
        await PostAsync("/manage/info", new { newPassword = "x" });
        await PostAsync("/manage/info", new { newEmail = "countess@example.com" });
        await PostAsync("/manage/2fa", new { });
        await PostAsync("/manage/2fa", new { enable = true, twoFactorCode = "x" });
        await PostAsync("/manage/2fa", new { resetRecoveryCodes = true });
        await PostAsync("/manage/2fa", new { forgetMachine = true });
        token = null;
        await GetAsync("/confirmEmail?userId=x&code=x");
        await GetAsync(app.Mails.Sent[0].Text);
        await PostAsync("/resendConfirmationEmail", new { email = "x" });
        await PostAsync("/forgotPassword", new { email = IdentityApp.Email });
        await PostAsync("/resetPassword", new { email = IdentityApp.Email, resetCode = "x", newPassword = "x" });
        await PostAsync("/resetPassword", new { email = IdentityApp.Email, resetCode = app.Mails.Last.Text, newPassword = "x" });
        await PostAsync("/login?useCookies=true", Credentials);
        await PostAsync("/login?useSessionCookies=true", Credentials);
        for (var i = 0; i < 3; i++) await PostAsync("/login?useCookies=true", new { email = IdentityApp.Email, password = "wrong" });
        return lines;

        async Task<Answer> PostAsync(string path, object body) => Record("POST", path, await app.PostAsync(path, body, token));
        async Task GetAsync(string path) => Record("GET", path, await app.GetAsync(path, token));

        Answer Record(string method, string path, Answer answer)
        {
            var cookies = answer.Cookies.Select(cookie => " " + CookieOf(cookie));
            lines.Add($"{method} {(path.StartsWith('/') ? path : new Uri(path).AbsolutePath)} {(int)answer.Status} {answer.ContentType} {FormOf(answer)}{answer.Challenge}{string.Concat(cookies)}");
            return answer;
        }
    }

    static string FormOf(Answer answer) =>
        answer.ContentType?.Contains("json", StringComparison.Ordinal) == true ? FormOf(answer.Json) : answer.Body;

    static string FormOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(' ', json.EnumerateObject().Select(member => $"{member.Name}:{FormOf(member.Value)}")) + "}",
        JsonValueKind.Array => $"[{json.GetArrayLength()}]",
        var kind => kind.ToString(),
    };

    static string CookieOf(string cookie) => string.Join(';', cookie.Split("; ").Select(part => part.Split('=')[0]));
}
