using System.Net.Http.Json;
using System.Text.Json;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Host.Tests.Nodes;

/// <summary>A node keeps nothing that another node needs: any node can answer any request.</summary>
public sealed class AnyNodeTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    [Fact]
    public async Task A_login_at_one_node_can_refresh_at_the_next_and_log_out_at_the_third()
    {
        var login = await three.Clients[0].JoinAsync(three.NewEmail());

        var (status, refreshed) = await three.Clients[1].RefreshAsync(login.RefreshToken);
        Assert.Equal(200, status);
        await three.Clients[2].LogOutAsync(refreshed.GetProperty("access_token").GetString()!);

        foreach (var client in three.Clients)
            Assert.Equal((401, "session_revoked"), Refusal(await client.RefreshAsync(login.RefreshToken)));
    }

    [Fact]
    public async Task Parallel_callers_with_one_token_at_all_nodes_get_one_successor_and_advance_the_row_once()
    {
        var login = await three.Clients[0].JoinAsync(three.NewEmail());
        // The window of the token is over, so the next refresh rotates.
        await three.Nodes.AskAsync($"UPDATE sessions SET issued_at = issued_at - 3600000 WHERE id = '{login.SessionId}'");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60)
            .Select(caller => three.Clients[caller % 3].RefreshAsync(login.RefreshToken)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.NotEqual(login.RefreshToken, Assert.Single(answers.Select(RefreshToken).Distinct()));
        Assert.Equal("1 2 2", await three.Nodes.AskAsync(
            $"SELECT concat_ws(' ', seen, first, last) FROM sessions WHERE id = '{login.SessionId}'"));
    }

    [Fact]
    public async Task Failed_logins_count_for_all_nodes_together()
    {
        var email = three.NewEmail();
        await three.Clients[0].JoinAsync(email);

        var free = new List<int>();
        for (var attempt = 0; attempt < 5; attempt++) free.Add(await FailLoginAsync(attempt % 3, email));

        Assert.Equal([401, 401, 401, 401, 401], free);
        for (var node = 0; node < 3; node++) Assert.Equal(429, await FailLoginAsync(node, email));
    }

    [Fact]
    public async Task A_nonce_works_at_every_node_and_a_proof_that_one_node_has_accepted_is_refused_by_the_others()
    {
        using var key = SigningKey.Create(JwsAlgorithm.Find("ES256")!);
        var email = three.NewEmail();
        await three.Clients[0].JoinAsync(email);
        var credentials = new { email, password = HandstampClient.Password };
        using var asked = await PostAsync(0, "login", credentials, Proof(key, "login"));
        var nonce = Assert.Single(asked.Headers.GetValues("DPoP-Nonce"));

        using var login = await PostAsync(1, "login", credentials, Proof(key, "login", nonce));
        var token = (await ReadAsync(login)).GetProperty("refresh_token").GetString();
        var proof = Proof(key, "refresh", nonce);
        using var first = await PostAsync(2, "refresh", new { refresh_token = token }, proof);

        Assert.Equal((401, 200, 200), ((int)asked.StatusCode, (int)login.StatusCode, (int)first.StatusCode));
        for (var node = 0; node < 3; node++)
        {
            using var again = await PostAsync(node, "refresh", new { refresh_token = token }, proof);
            Assert.Equal((401, "dpop_proof_invalid"), Refusal(((int)again.StatusCode, await ReadAsync(again))));
        }
    }

    async Task<int> FailLoginAsync(int node, string email)
    {
        // Without the cookie of a device that has logged in before.
        using var handler = new SocketsHttpHandler { UseCookies = false };
        using var http = new HttpClient(handler) { BaseAddress = three.Nodes.Processes[node].Address };
        using var answer = await http.PostAsJsonAsync("login", new { email, password = "a wrong password" });
        return (int)answer.StatusCode;
    }

    async Task<HttpResponseMessage> PostAsync(int node, string route, object body, string proof)
    {
        using var http = new HttpClient { BaseAddress = three.Nodes.Processes[node].Address };
        http.DefaultRequestHeaders.Add("DPoP", proof);
        return await http.PostAsJsonAsync(route, body);
    }

    static string Proof(SigningKey key, string route, string? nonce = null) =>
        DpopProof.Create(key, "POST", new Uri($"http://127.0.0.1:5110/{route}"), TimeProvider.System.GetUtcNow(), nonce: nonce);

    static async Task<JsonElement> ReadAsync(HttpResponseMessage answer) =>
        JsonElement.Parse(await answer.Content.ReadAsStringAsync());

    static string? RefreshToken((int Status, JsonElement Body) answer) => answer.Body.GetProperty("refresh_token").GetString();

    static (int Status, string? Code) Refusal((int Status, JsonElement Body) answer) =>
        (answer.Status, answer.Body.GetProperty("code").GetString());
}
