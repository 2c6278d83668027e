using Handstamp.TestBed;

namespace Handstamp.Proof.Fuzz;

/// <summary>The routes of the real service that are fuzzed over HTTP.</summary>
sealed class Routes : IAsyncDisposable
{
    readonly FuzzedService _service;
    readonly IReadOnlyList<(Fuzzer Fuzzer, int Share)> _fuzzers;

    Routes(FuzzedService service, int seed)
    {
        _service = service;
        _fuzzers = [.. Targets(service).Select(target => (new Fuzzer(target.Target, seed), target.Share))];
    }

    public long Memory => _service.Memory;

    public IReadOnlyList<FuzzResult> Results => [.. _fuzzers.Select(run => run.Fuzzer.Result)];

    public static async Task<Routes> StartAsync(int seed) => new(await FuzzedService.StartAsync(), seed);

    /// <summary>Tries the given number of inputs, divided among the routes.</summary>
    public async Task RunAsync(int inputs)
    {
        await _service.LoginAsync();
        foreach (var (fuzzer, share) in _fuzzers) await fuzzer.RunAsync(inputs * share / _fuzzers.Sum(run => run.Share));
    }

    public Task<IReadOnlyList<string>> FaultsAsync() => _service.FaultsAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    // Routes that hash passwords are slow, and get the smaller shares.
    static IEnumerable<(FuzzTarget Target, int Share)> Targets(FuzzedService service)
    {
        var refresh = service.Tokens.RefreshToken;
        yield return (new BodyTarget(service, "POST /register",
            """{"email":"eve@example.com","password":"some long sentence"}""", """{"email":"ada@example.com","password":"x"}"""), 2);
        yield return (new BodyTarget(service, "POST /login",
            $$"""{"email":"ada@example.com","password":"{{HandstampClient.Password}}","device_name":"Phone","transport":"body"}""",
            """{"email":"nobody@example.com","password":"some long sentence"}"""), 2);
        yield return (new BodyTarget(service, "POST /refresh", $$"""{"refresh_token":"{{refresh}}"}""", "{}"), 4);
        yield return (new BodyTarget(service, "DELETE /refresh",
            $$"""{"refresh_token":"{{refresh[..^4]}}AAAA","exposed":true}""", """{"exposed":false}"""), 3);
        yield return (new BodyTarget(service, "POST /password/change",
            """{"current_password":"a wrong sentence","new_password":"some long sentence"}"""), 2);
        yield return (new BodyTarget(service, "POST /reauthenticate",
            """{"mfa_token":"hss_nothing","method":"totp","code":"123456"}""", """{"password":"a wrong sentence","resource":null}"""), 2);
        yield return (new BodyTarget(service, "PATCH /sessions", """{"device_name":"Phone"}""", """{"device_name":null}"""), 3);
        yield return (new BodyTarget(service, "POST /oauth/introspect", $"token={service.Tokens.AccessToken}&token_type_hint=access_token"), 3);
        yield return (new PageFormTarget(service), 2);
        yield return (new CookieTarget(service), 4);
        yield return (new AuthorizationTarget(service), 4);
        yield return (new RequestTarget(service), 2);
    }
}
