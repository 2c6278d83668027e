using System.Net;
using System.Net.Sockets;
using System.Text;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Dpop;

/// <summary>Which proofs are valid, and how often.</summary>
public sealed class ProofGateTests : BoundTests
{
    [Fact]
    public async Task The_first_proof_gets_a_nonce_before_anything_is_done()
    {
        using var answer = await Client.SendAsync(HttpMethod.Post, "/login", Client.Proof(HttpMethod.Post, "/login"),
            new { email = HandstampApp.Email, password = "wrong" });

        await AssertRefusedAsync("use_dpop_nonce", answer);
        Assert.Contains("error=\"use_dpop_nonce\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proof_can_be_used_once_at_each_route()
    {
        var login = await Client.LoginAsync();
        object refresh = new { refresh_token = login.RefreshToken };
        object credentials = new { email = HandstampApp.Email, password = HandstampApp.Password };
        (HttpMethod Method, string Route, object? Body, string? AccessToken)[] requests =
        [
            (HttpMethod.Post, "/login", credentials, null),
            (HttpMethod.Post, "/refresh", refresh, null),
            (HttpMethod.Get, "/me", null, login.AccessToken),
        ];
        foreach (var (method, route, body, accessToken) in requests)
        {
            var proof = Client.Proof(method, route, accessToken);
            using var first = await Client.SendAsync(method, route, proof, body, accessToken);
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            await AssertRefusedAsync("dpop_proof_invalid", await Client.SendAsync(method, route, proof, body, accessToken));
        }
    }

    [Fact]
    public async Task A_proof_used_on_one_node_is_used_on_all()
    {
        var login = await Client.LoginAsync();
        await using var other = await HandstampApp.StartAsync(directory: App.Directory, clock: App.Clock);
        var proof = Client.Proof(HttpMethod.Post, "/refresh");
        using var first = await Client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken });
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        var elsewhere = new BoundClient(other, Client.Key) { Nonce = Client.Nonce };
        await AssertRefusedAsync("dpop_proof_invalid",
            await elsewhere.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken }));
        // The nonce of the first node is valid at the second.
        using var fresh = await elsewhere.SendAsync(
            HttpMethod.Post, "/refresh", elsewhere.Proof(HttpMethod.Post, "/refresh"), new { refresh_token = login.RefreshToken });
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);
    }

    [Fact]
    public async Task One_of_several_parallel_uses_of_a_proof_is_accepted()
    {
        var login = await Client.LoginAsync();
        var proof = Client.Proof(HttpMethod.Post, "/refresh");

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ =>
            Client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken })));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_nonce_is_valid_for_five_minutes_whatever_the_clients_clock_says()
    {
        var login = await Client.LoginAsync();
        var early = DpopProof.Create(
            Client.Key, "POST", new Uri(HandstampApp.Issuer + "/refresh"), App.Clock.GetUtcNow().AddYears(-3), nonce: Client.Nonce);
        var late = DpopProof.Create(
            Client.Key, "POST", new Uri(HandstampApp.Issuer + "/refresh"), App.Clock.GetUtcNow().AddYears(3), nonce: Client.Nonce);
        var last = Client.Proof(HttpMethod.Post, "/refresh");

        Task<HttpResponseMessage> RefreshAsync(string proof) =>
            Client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken });

        App.Jump(ProofGate.NonceLifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(early)).StatusCode);
        App.Jump(TimeSpan.FromSeconds(1));
        await AssertRefusedAsync("use_dpop_nonce", await RefreshAsync(late));
        await AssertRefusedAsync("use_dpop_nonce", await RefreshAsync(last));
    }

    [Fact]
    public async Task A_used_proof_is_remembered_as_long_as_its_nonce_is_valid_and_then_forgotten()
    {
        var login = await Client.LoginAsync();
        var proof = Client.Proof(HttpMethod.Post, "/refresh");
        using var first = await Client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken });
        var proofs = App.Get<IProofStore>();

        App.Jump(ProofGate.NonceLifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await proofs.SweepAsync(App.Clock.GetUtcNow(), 100));
        await AssertRefusedAsync("dpop_proof_invalid",
            await Client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken }));

        // The clocks of other nodes may be behind.
        App.Jump(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(2));
        await App.Get<SessionSweeper>().SweepAsync(default);
        Assert.Equal(0, await proofs.SweepAsync(App.Clock.GetUtcNow().AddHours(1), 100));
    }

    [Fact]
    public async Task Strangers_do_not_fill_the_store()
    {
        await Client.LoginAsync();
        var forged = RefreshToken.Create(MacKey.Create(1), Guid.NewGuid(), 1).Encode();
        await Client.RefreshAsync(forged);
        await Client.SendAsync(HttpMethod.Post, "/login", new { email = HandstampApp.Email, password = "wrong" });
        await Client.SendAsync(HttpMethod.Get, "/me", accessToken: "eyJ");

        Assert.Equal(1, await App.Get<IProofStore>().SweepAsync(App.Clock.GetUtcNow().AddHours(1), 100));
    }

    [Fact]
    public async Task A_proof_beside_a_forged_token_is_not_checked()
    {
        var forged = RefreshToken.Create(MacKey.Create(1), Guid.NewGuid(), 1).Encode();

        using var answer = await Client.SendAsync(HttpMethod.Post, "/refresh", "nonsense", new { refresh_token = forged });

        Assert.Equal("refresh_token_invalid", (await ProblemAnswer.ReadAsync(answer)).Code);
        Assert.Null(Client.Nonce);
    }

    [Fact]
    public async Task A_proof_for_another_route_method_or_host_is_refused_with_the_reason()
    {
        var login = await Client.LoginAsync();
        (string Proof, string Names)[] wrong =
        [
            (Client.Proof(HttpMethod.Post, "/login"), "htu"),
            (Client.Proof(HttpMethod.Get, "/refresh"), "htm"),
            // The address that a proxy connects to is not the address that the client called.
            (DpopProof.Create(Client.Key, "POST", new Uri(App.Client.BaseAddress!, "/refresh"), App.Clock.GetUtcNow(), nonce: Client.Nonce), "htu"),
            ("nonsense", "segments"),
        ];
        foreach (var (proof, names) in wrong)
        {
            using var answer = await Client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken });
            Assert.Contains(names, (await ProblemAnswer.ReadAsync(answer)).Detail, StringComparison.Ordinal);
            await AssertRefusedAsync("dpop_proof_invalid", answer);
        }
    }

    [Fact]
    public async Task Two_proofs_in_one_request_are_refused()
    {
        var login = await Client.LoginAsync();
        var body = $$"""{"refresh_token":"{{login.RefreshToken}}"}""";
        using var line = new TcpClient();
        await line.ConnectAsync(App.Client.BaseAddress!.Host, App.Client.BaseAddress.Port);
        await using var stream = line.GetStream();

        // An HttpClient would join the two into one header.
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n",
            "POST /refresh HTTP/1.1", "Host: auth", "Connection: close", "Content-Type: application/json", $"Content-Length: {body.Length}",
            $"DPoP: {Client.Proof(HttpMethod.Post, "/refresh")}", $"DPoP: {Client.Proof(HttpMethod.Post, "/refresh")}", "", body)));
        using var reader = new StreamReader(stream);

        Assert.Contains("dpop_proof_invalid", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_a_base_path_the_proof_names_the_address_that_callers_see()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["BasePath"] = "/auth", ["Issuer"] = "https://example.com/auth" });
        using var registered = await app.PostAsync("/auth/register", new { email = HandstampApp.Email, password = HandstampApp.Password });
        var client = new BoundClient(app, issuer: "https://example.com/auth", basePath: "/auth");

        var login = await client.LoginAsync();
        using var answer = await client.SendAsync(HttpMethod.Get, "/me", accessToken: login.AccessToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
