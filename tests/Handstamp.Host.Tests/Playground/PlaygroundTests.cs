using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Playground;

/// <summary>The routes of the playground. Another test runs the page in a browser.</summary>
public sealed class PlaygroundTests : IDisposable
{
    const string Ada = "ada@example.com";

    readonly Installation _here = new();

    [Fact]
    public async Task There_is_no_playground_in_production()
    {
        await using var service = await _here.ServeAsync("--environment", "Production");
        using var client = new HandstampClient(service.Address);

        foreach (var path in new[] { "", "playground/page.js", "playground/page.css", "playground/icon.svg", "playground/session", "playground/mails" })
            await AssertNotFoundAsync(client, HttpMethod.Get, path);
        await AssertNotFoundAsync(client, HttpMethod.Post, "refresh/lost");
        await service.StopAsync();
        Assert.DoesNotContain(service.Output, line => line.Contains("playground"));
    }

    [Fact]
    public async Task The_playground_shows_the_row_of_the_callers_session_and_of_no_other()
    {
        await using var service = await _here.ServeAsync("--Sessions:RetryWindow=0");
        using var client = new HandstampClient(service.Address);
        var tokens = await client.JoinAsync(Ada);
        await client.RefreshAsync(tokens.RefreshToken);

        var (anonymous, _) = await client.GetAsync("playground/session");
        var (status, row) = await client.GetAsync("playground/session", tokens.AccessToken);

        Assert.Equal((401, 200), (anonymous, status));
        Assert.Equal((1, 2, 2), (row.GetProperty("seen").GetInt32(), row.GetProperty("first").GetInt32(), row.GetProperty("last").GetInt32()));
        Assert.DoesNotContain("hsr_", row.GetRawText());
    }

    [Fact]
    public async Task A_refresh_whose_answer_is_lost_is_done_without_an_answer()
    {
        await using var service = await _here.ServeAsync("--Sessions:RetryWindow=0");
        using var client = new HandstampClient(service.Address);
        var tokens = await client.JoinAsync(Ada);

        await Assert.ThrowsAsync<HttpRequestException>(
            () => client.PostAsync("refresh/lost", new { refresh_token = tokens.RefreshToken }));

        var (_, row) = await client.GetAsync("playground/session", tokens.AccessToken);
        Assert.Equal(2, row.GetProperty("last").GetInt32());
    }

    [Fact]
    public async Task The_playground_shows_the_newest_mails_with_their_links()
    {
        await using var service = await _here.ServeAsync("--Accounts:LoginByMail=true");
        using var client = new HandstampClient(service.Address);
        await client.JoinAsync(Ada);
        using (await client.PostAsync("login/code/request", new { email = Ada })) { }

        var mail = default(JsonElement);
        await Eventually.TrueAsync(
            async () => (await client.GetAsync("playground/mails")).Body.GetProperty("mails").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first
                && (mail = first).GetProperty("to").GetString() == Ada,
            "the mail is shown");

        Assert.Contains("/account/login/link?token=hss_", mail.GetProperty("text").GetString());
        Assert.NotEmpty(mail.GetProperty("subject").GetString()!);
        Assert.True(mail.TryGetProperty("at", out _));
    }

    [Fact]
    public async Task Mails_are_shown_to_no_page_under_another_name_and_not_where_they_are_sent()
    {
        await using var service = await _here.ServeAsync();
        using var client = new HttpClient();
        using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Address, "playground/mails")) { Headers = { Host = "evil.example" } };
        using var rebound = await client.SendAsync(asked);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, rebound.StatusCode);
        Assert.True((await client.GetAsync(new Uri(service.Address, "playground/mails"))).IsSuccessStatusCode);
        await service.StopAsync();

        await using var sending = await _here.ServeAsync("--Mail:Server=smtp://127.0.0.1:2525", "--Mail:From=login@example.com");
        using var other = new HandstampClient(sending.Address);
        await AssertNotFoundAsync(other, HttpMethod.Get, "playground/mails");
    }

    public void Dispose() => _here.Dispose();

    static async Task AssertNotFoundAsync(HandstampClient client, HttpMethod method, string path)
    {
        using var response = await client.SendAsync(method, path);
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal((path, 404, "not_found"), (path, (int)response.StatusCode, problem.GetProperty("code").GetString()));
    }
}
