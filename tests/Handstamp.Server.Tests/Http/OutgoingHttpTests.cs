using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>What another system can answer.</summary>
public sealed class OutgoingHttpTests : IAsyncLifetime
{
    const int MaxLength = 100;

    readonly OutgoingHttp _http = new(MaxLength);
    readonly WebApplication _other = LoopbackServer.CreateBuilder().Build();
    RequestDelegate _answer = _ => Task.CompletedTask;

    Uri Address => new(_other.Urls.Single());

    public async ValueTask InitializeAsync()
    {
        _other.Run(context => _answer(context));
        await _other.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _other.DisposeAsync();
    }

    void Answer(int status, string body) => _answer = async context =>
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
    };

    Task<(HttpStatusCode Status, byte[] Body)> GetAsync() => _http.SendAsync(() => new(HttpMethod.Get, Address), default);

    async Task<string> FailAsync() => (await Assert.ThrowsAsync<CallFailedException>(
        () => _http.PostFormAsync(Address, [new("a", "b")], credential: null, default))).Message;

    [Theory]
    [InlineData("https://example.com", true)]
    [InlineData("http://127.0.0.1:1", true)]
    [InlineData("http://localhost:1", true)]
    [InlineData("http://example.com", false)]
    [InlineData("ftp://localhost", false)]
    public void Only_https_or_this_machine_is_secure(string address, bool isSecure) => Assert.Equal(isSecure, OutgoingHttp.IsSecure(new Uri(address)));

    [Fact]
    public async Task A_request_names_the_program_wants_JSON_and_keeps_no_cookie()
    {
        var cookies = "";
        _answer = context =>
        {
            cookies += context.Request.Headers.Cookie;
            context.Response.Headers.SetCookie = "a=b";
            return context.Response.WriteAsync($"{context.Request.Headers.UserAgent} {context.Request.Headers.Accept}");
        };

        await GetAsync();
        var (status, body) = await GetAsync();

        Assert.Equal((HttpStatusCode.OK, "Handstamp application/json", ""), (status, Encoding.UTF8.GetString(body), cookies));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var requests = 0;
        _answer = context =>
        {
            requests++;
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };

        Assert.Equal(HttpStatusCode.Redirect, (await GetAsync()).Status);
        Assert.Equal(1, requests);
        Assert.Equal("it answered with the status 302", await FailAsync());
    }

    [Fact]
    public async Task An_answer_is_read_up_to_the_limit()
    {
        Answer(200, new string('a', MaxLength));
        Assert.Equal(MaxLength, (await GetAsync()).Body.Length);

        Answer(200, new string('a', MaxLength + 1));
        Assert.Equal("its answer is too large", (await Assert.ThrowsAsync<CallFailedException>(GetAsync)).Message);
    }

    [Fact]
    public async Task A_system_that_is_away_cannot_be_reached()
    {
        var address = Address;
        await _other.StopAsync();

        Assert.Equal(
            "it could not be reached",
            (await Assert.ThrowsAsync<CallFailedException>(() => _http.SendAsync(() => new(HttpMethod.Get, address), default))).Message);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(299)]
    [InlineData(400)]
    [InlineData(499)]
    public async Task A_form_is_sent_with_its_credential_and_an_object_is_its_answer_also_if_it_is_an_error(int status)
    {
        _answer = async context =>
        {
            var form = await context.Request.ReadFormAsync();
            context.Response.StatusCode = status;
            await context.Response.WriteAsync($$"""{"told":"{{form["a"]}} {{context.Request.Headers.Authorization}}"}""");
        };

        var (got, answer) = await _http.PostFormAsync(Address, [new("a", "b c")], new AuthenticationHeaderValue("Basic", "eA=="), default);

        Assert.Equal((status, "b c Basic eA=="), ((int)got, answer.GetProperty("told").GetString()));
    }

    [Theory]
    [InlineData(200, "no JSON", "its answer is not JSON")]
    [InlineData(200, "{} {}", "its answer is not JSON")]
    [InlineData(200, "[]", "its answer is not a JSON object")]
    [InlineData(300, "{}", "it answered with the status 300")]
    [InlineData(500, "{}", "it answered with the status 500")]
    public async Task Another_answer_to_a_form_fails_with_the_reason(int status, string body, string reason)
    {
        Answer(status, body);

        Assert.Equal(reason, await FailAsync());
    }
}
