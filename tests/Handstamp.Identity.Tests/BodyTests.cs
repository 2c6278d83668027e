using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>Bodies that no client of ours would send.</summary>
public sealed class BodyTests
{
    static readonly string[] Routes =
    [
        "/register", "/login", "/refresh", "/resendConfirmationEmail", "/forgotPassword", "/resetPassword", "/manage/2fa", "/manage/info",
    ];

    static readonly string[] Bodies = ["", "null", "[]", "1", "\"x\"", "{", "{}x", "{'email':'x'}", "\u00ff\u0000"];

    static readonly (string Route, string Body)[] WrongTypes =
    [
        ("/register", """{"email":1,"password":"x"}"""), ("/login", """{"email":[],"password":{}}"""), ("/login", """{"email":"\ud800","password":"x"}"""),
        ("/refresh", """{"refreshToken":1}"""), ("/forgotPassword", """{"email":true}"""), ("/manage/2fa", """{"enable":"yes"}"""),
        ("/manage/2fa", """{"resetSharedKey":null}"""), ("/manage/info", """{"newEmail":{}}"""),
    ];

    [Theory, OnBoth]
    public async Task What_is_not_the_object_is_refused(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        foreach (var (route, body) in Routes.SelectMany(_ => Bodies, (route, body) => (route, body)).Concat(WrongTypes))
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            var answer = await app.Client.SendAsync(HttpMethod.Post, route, content, tokens.AccessToken);
            Assert.True(answer is { Status: HttpStatusCode.BadRequest, Body: "" }, $"{route} {body}: {(int)answer.Status} {answer.Body}");
        }
    }

    [Theory, OnBoth]
    public async Task Another_media_type_is_refused(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        foreach (var route in Routes)
            foreach (var type in new[] { "text/plain", "application/xml", "application/x-www-form-urlencoded", null })
            {
                using var content = new ByteArrayContent("{\"email\":\"x\",\"password\":\"y\"}"u8.ToArray());
                content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
                (await app.Client.SendAsync(HttpMethod.Post, route, content, tokens.AccessToken)).IsEmpty(HttpStatusCode.UnsupportedMediaType);
            }
    }

    [Theory, OnBoth]
    public async Task Kinds_of_json_are_json_and_names_are_read_in_any_case(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);

        foreach (var type in new[] { "application/json; charset=utf-8", "application/vnd.app+json", "APPLICATION/JSON" })
        {
            var body = $$$"""{"EMAIL":"{{{Guid.NewGuid()}}}@example.com","Password":"{{{IdentityApp.Password}}}","more":{"a":[1]}}""";
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            (await app.Client.SendAsync(HttpMethod.Post, "/register", content)).IsEmptyOk();
        }
    }

    [Theory, OnBoth]
    public async Task Other_methods_are_not_allowed(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);

        foreach (var route in Routes.Except(["/manage/info"]))
            (await app.GetAsync(route)).IsEmpty(HttpStatusCode.MethodNotAllowed);
    }
}
