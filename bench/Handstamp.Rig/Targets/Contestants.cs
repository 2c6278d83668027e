using Handstamp.Rig.Processes;

namespace Handstamp.Rig.Targets;

/// <summary>Everyone that is measured, as bench/run has built them.</summary>
sealed class Contestants(Settings settings)
{
    // artifacts/bin/PROJECT/CONFIGURATION
    static readonly string s_configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;

    // The same collector for every API, whatever its project says: the default one would depend on the processors.
    public static IReadOnlyDictionary<string, string> ApiEnvironment { get; } = new Dictionary<string, string>
    {
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_gcConcurrent"] = "0",
    };

    public Contestant Handstamp => new("handstamp", "Handstamp")
    {
        Service = new(Dialect.Handstamp, place => Serve(place), "/health/ready", "handstamp.db"),
        Api = new("Handstamp.Bearer", (place, issuer) => ApiCommand(place, issuer, "handstamp")) { Remembers = true },
    };

    public IReadOnlyList<Contestant> All =>
    [
        Handstamp,
        new("floor", "the floor")
        {
            Service = new(
                Dialect.Handstamp,
                place => new(Native("floor"), ["--urls", place.Url, "--data", place.Data]), "/", "floor.db"),
            Api = new("the floor", FloorApi) { Known = "/known", New = "/new", Remembers = true },
        },
        new("jwtbearer", "AddJwtBearer")
        {
            Api = new("AddJwtBearer, ES256", (place, issuer) => ApiCommand(place, issuer, "jwt")) { Remembers = true },
        },
        new("identityapi", "MapIdentityApi")
        {
            Service = new(Dialect.IdentityApi, place => Rival("IdentityApi", "IdentityApi", place), "/health",
                "rival.db"),
            Api = new("MapIdentityApi's bearer", null),
        },
        new("openiddict", "OpenIddict")
        {
            Service = new(Dialect.OpenIddict, place => Rival("OpenIddict", "OpenIddictRival", place), "/health",
                "rival.db"),
            Api = new("OpenIddict's validation", null),
        },
        new("oidc-provider", "oidc-provider, in memory")
        {
            Service = new(Dialect.OidcProvider, OidcProvider, "/.well-known/openid-configuration", null),
        },
    ];

    public string HandstampExecutable => Native("handstamp");

    /// <summary>Each refresh rotates, tokens outlive the run, and all accounts may be registered at once.</summary>
    public ServerCommand Serve(Place place, params string[] more) => new(Native("handstamp"),
    [
        "serve", "--data", place.Data, "--urls", place.Url, "--Sessions:RetryWindow=0",
        "--Sessions:AccessTokenLifetime=01:00:00", "--Logging:Level=Warning",
        "--Accounts:Throttle:RegistrationFree=1000", .. more,
    ]);

    ServerCommand ApiCommand(Place place, string issuer, string scheme) =>
        new(Built("verifier", "verifier"), ["--urls", place.Url, "--issuer", issuer, "--scheme", scheme])
        {
            Environment = ApiEnvironment,
        };

    ServerCommand FloorApi(Place place, string issuer) =>
        new(Built("floor", "floor"), ["--urls", place.Url, "--keys", $"{issuer}/.well-known/jwks.json"])
        {
            Environment = ApiEnvironment,
        };

    ServerCommand Rival(string project, string executable, Place place) =>
        new(Built(project, executable), ["--urls", place.Url, "--data", place.Data]);

    ServerCommand OidcProvider(Place place) =>
        new("node", [Path.Combine(settings.Root, "bench/rivals/oidc-provider/server.mjs"), $"{place.Port}"]);

    // A smoke test takes what the tests have at hand.
    string Native(string name) => (settings.Smoke, name) switch
    {
        (false, _) => Path.Combine(settings.Root, "artifacts/native", name),
        (true, "handstamp") => Environment.GetEnvironmentVariable("BENCH_HANDSTAMP") ?? Built("Handstamp.Host", name),
        _ => Built(name, name),
    };

    string Built(string project, string executable) =>
        Path.Combine(settings.Root, "artifacts/bin", project, s_configuration, executable);
}
