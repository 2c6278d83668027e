using System.Net;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Bearer.Tests.Dpop;

public sealed class ProofJudgeTests : IAsyncLifetime
{
    static readonly SigningKey Key = SigningKey.Create(JwsAlgorithm.Es256);

    TestIssuer _issuer = null!;
    TestApi _api = null!;
    string _token = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _api = await TestApi.FollowAsync(_issuer, environment: "Development");
        _token = Issue(Key);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    string Issue(SigningKey key) => _issuer.Issue(token => token with { KeyThumbprint = key.PublicKey.Thumbprint });

    string Proof(
        string path = "/me", string? token = null, SigningKey? key = null, string? nonce = null, int age = 0, string? origin = null) =>
        DpopProof.Create(
            key ?? Key, "GET", origin is null ? new Uri(_api.Client.BaseAddress!, path) : new Uri(origin + path),
            _issuer.Clock.GetUtcNow().AddSeconds(-age), token ?? _token, nonce);

    Task<Answer> SendAsync(string? proof, string path = "/me", string? token = null, string scheme = "DPoP", TestApi? api = null) =>
        (api ?? _api).SendAsync(path, [
            ("Authorization", $"{scheme} {token ?? _token}"),
            .. proof is null ? Array.Empty<(string, string)>() : [("DPoP", proof)]]);

    void Pass(int seconds) => _issuer.Clock.AdjustTime(_issuer.Clock.GetUtcNow().AddSeconds(seconds));

    static void AssertRefused(Answer answer, string error, string description)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.StartsWith($"DPoP algs=\"ES256 RS256\", error=\"{error}\"", answer.Challenge, StringComparison.Ordinal);
        Assert.Contains(description, answer.Challenge, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task A_bound_token_with_a_proof_by_its_key_is_accepted(string algorithm)
    {
        using var key = SigningKey.Create(JwsAlgorithm.Find(algorithm)!);
        var token = Issue(key);

        // The second time, the token is remembered.
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(Proof(token: token, key: key), token: token)).Status);
    }

    [Fact]
    public async Task A_bound_token_is_never_accepted_as_Bearer()
    {
        AssertRefused(await SendAsync(Proof(), scheme: "Bearer"), "invalid_token", "bound to a key");
        AssertRefused(await SendAsync(proof: null, scheme: "Bearer"), "invalid_token", "bound to a key");
    }

    [Fact]
    public async Task A_token_that_is_not_bound_is_not_accepted_as_DPoP()
    {
        var token = _issuer.Issue();

        var answer = await SendAsync(Proof(token: token), token: token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Contains("not bound to a key", answer.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stolen_token_without_its_key_is_refused()
    {
        using var thief = SigningKey.Create(JwsAlgorithm.Es256);

        AssertRefused(await SendAsync(proof: null), "invalid_dpop_proof", "needs one");
        AssertRefused(await SendAsync(Proof(key: thief)), "invalid_dpop_proof", "another key");
    }

    [Fact]
    public async Task A_proof_is_for_one_token_one_route_and_one_host()
    {
        AssertRefused(await SendAsync(Proof(token: Issue(Key))), "invalid_dpop_proof", "ath");
        AssertRefused(await SendAsync(Proof("/admin")), "invalid_dpop_proof", "htu");
        AssertRefused(await SendAsync(Proof(origin: "https://api.example")), "invalid_dpop_proof", "htu");
        AssertRefused(await SendAsync("nonsense"), "invalid_dpop_proof", "segments");
    }

    [Fact]
    public async Task A_proof_is_accepted_once_even_in_many_simultaneous_requests()
    {
        var proof = Proof();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => SendAsync(proof)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        AssertRefused(await SendAsync(proof), "invalid_dpop_proof", "used before");
    }

    [Fact]
    public async Task A_proof_is_fresh_for_a_minute_and_needs_a_nonce_after_that()
    {
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Proof(age: 59))).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Proof(age: -10))).Status);
        foreach (var age in new[] { 60, -11, 100_000 })
        {
            var answer = await SendAsync(Proof(age: age));
            AssertRefused(answer, "use_dpop_nonce", "nonce");
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(Proof(age: age, nonce: answer.Nonce))).Status);
        }
    }

    [Fact]
    public async Task A_used_proof_is_refused_as_long_as_its_time_or_its_nonce_is_valid()
    {
        var nonce = (await SendAsync(Proof(age: 1000))).Nonce;
        var byNonce = Proof(age: 1000, nonce: nonce);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(byNonce)).Status);
        Pass(seconds: 240);
        // Another request removes proofs that are out of date.
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Proof())).Status);
        AssertRefused(await SendAsync(byNonce), "invalid_dpop_proof", "used before");

        Pass(seconds: 55);
        // Made when the nonce is nearly over: the proof's own time makes it valid for longer.
        var byBoth = Proof(nonce: nonce);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(byBoth)).Status);
        Pass(seconds: 59);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Proof())).Status);
        AssertRefused(await SendAsync(byBoth), "invalid_dpop_proof", "used before");
        AssertRefused(await SendAsync(byNonce), "use_dpop_nonce", "nonce");
    }

    [Fact]
    public async Task A_proof_from_a_clock_that_is_far_ahead_is_remembered_only_for_the_life_of_its_token()
    {
        var shared = new SharedStore();
        await using var api = await TestApi.StartAsync(
            _issuer.Address, _issuer.Clock, options => options.PublicOrigin = "https://api.example",
            services => services.AddSingleton<IDpopReplayStore>(shared));
        string FromTheEndOfTime(string? nonce) => DpopProof.Create(
            Key, "GET", new Uri("https://api.example/me"), DateTimeOffset.MaxValue, _token, nonce);

        var asked = await SendAsync(FromTheEndOfTime(null), api: api);
        AssertRefused(asked, "use_dpop_nonce", "nonce");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(FromTheEndOfTime(asked.Nonce), api: api)).Status);

        Assert.Equal(_issuer.Clock.GetUtcNow().AddMinutes(10), shared.LastUntil);
    }

    [Fact]
    public async Task With_the_option_each_proof_needs_a_nonce_and_each_answer_has_the_next()
    {
        await using var api = await TestApi.FollowAsync(_issuer, options =>
        {
            options.RequireDpopNonce = true;
            options.PublicOrigin = "https://api.example";
        });

        var first = await SendAsync(Proof(origin: "https://api.example"), api: api);
        AssertRefused(first, "use_dpop_nonce", "nonce");
        var second = await SendAsync(Proof(origin: "https://api.example", nonce: first.Nonce), api: api);

        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.NotNull(second.Nonce);
    }

    [Fact]
    public async Task Processes_that_share_the_key_accept_each_others_nonces()
    {
        void Share(HandstampBearerOptions options)
        {
            (options.RequireDpopNonce, options.PublicOrigin) = (true, "https://api.example");
            options.DpopNonceKey = new byte[MacKey.SecretSize];
        }
        await using var one = await TestApi.FollowAsync(_issuer, Share);
        await using var other = await TestApi.FollowAsync(_issuer, Share);

        var nonce = (await SendAsync(Proof(origin: "https://api.example"), api: one)).Nonce;

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Proof(origin: "https://api.example", nonce: nonce), api: other)).Status);
    }

    [Fact]
    public async Task Processes_that_share_a_store_refuse_a_proof_that_was_used_at_another()
    {
        var shared = new SharedStore();
        void Share(IServiceCollection services) => services.AddSingleton<IDpopReplayStore>(shared);
        void Name(HandstampBearerOptions options) => options.PublicOrigin = "https://api.example";
        await using var one = await TestApi.StartAsync(_issuer.Address, _issuer.Clock, Name, Share);
        await using var other = await TestApi.StartAsync(_issuer.Address, _issuer.Clock, Name, Share);
        var proof = Proof(origin: "https://api.example");

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(proof, api: one)).Status);
        AssertRefused(await SendAsync(proof, api: other), "invalid_dpop_proof", "used before");
    }

    [Fact]
    public async Task Under_a_base_path_the_proof_names_the_whole_address() =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Proof("/base/me"), "/base/me")).Status);

    [Fact]
    public async Task A_query_is_not_part_of_the_address() =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Proof(), "/me?page=2")).Status);

    [Fact]
    public async Task A_bound_token_of_an_ended_session_is_refused_even_with_a_valid_proof()
    {
        var session = Guid.NewGuid();
        var token = _issuer.Issue(one => one with { KeyThumbprint = Key.PublicKey.Thumbprint, SessionId = session });
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Proof(token: token), token: token)).Status);

        _issuer.Revoke(session);

        await Eventually.TrueAsync(
            async () => (await SendAsync(Proof(token: token), token: token)).Challenge.Contains("ended", StringComparison.Ordinal),
            "the session is refused");
    }

    sealed class SharedStore : IDpopReplayStore
    {
        readonly HashSet<UInt128> _used = [];

        public DateTimeOffset LastUntil { get; private set; }

        public ValueTask<bool> TryUseAsync(UInt128 proof, DateTimeOffset until, CancellationToken cancel)
        {
            LastUntil = until;
            lock (_used) return new(_used.Add(proof));
        }
    }
}
