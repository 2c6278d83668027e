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

        foreach (var path in new[] { "", "playground/page.js", "playground/page.css", "playground/icon.svg", "playground/session" })
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

    public void Dispose() => _here.Dispose();

    static async Task AssertNotFoundAsync(HandstampClient client, HttpMethod method, string path)
    {
        using var response = await client.SendAsync(method, path);
        var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal((path, 404, "not_found"), (path, (int)response.StatusCode, problem.GetProperty("code").GetString()));
    }
}
