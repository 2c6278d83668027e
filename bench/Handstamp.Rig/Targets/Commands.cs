using Handstamp.Rig.Processes;
using Npgsql;

namespace Handstamp.Rig.Targets;

/// <summary>How each contestant is started, as bench/run has built it. With PostgreSQL, each keeps its rows there.</summary>
sealed class Commands(Settings settings)
{
    // artifacts/bin/PROJECT/CONFIGURATION
    static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;

    // The same garbage collector for every API, whatever its project says: the default would depend on the processors.
    public static IReadOnlyDictionary<string, string> ApiEnvironment { get; } = new Dictionary<string, string>
    {
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_gcConcurrent"] = "0",
    };

    public string HandstampExecutable => Native("handstamp");

    /// <summary>
    /// Each refresh rotates, tokens live longer than the run, and accounts may register and log in without a limit.
    /// </summary>
    public ServerCommand Handstamp(Place place, params string[] more) => new(HandstampExecutable,
    [
        "serve", "--data", place.Data, "--urls", place.Url, "--Sessions:RetryWindow=0",
        "--Sessions:AccessTokenLifetime=01:00:00", "--Logging:Level=Warning",
        "--Accounts:Throttle:RegistrationFree=1000", "--Accounts:Throttle:AccountLogins=10000",
        "--Accounts:Throttle:NetworkLogins=10000", "--Accounts:Throttle:LoginPeriod=00:01:00",
        "--Sessions:MaxPerAccount=10000", .. more,
        .. place.Postgres is { } postgres
            ? ["--Storage:Provider=postgres", $"--Storage:ConnectionString={postgres}"]
            : Array.Empty<string>(),
    ]);

    public ServerCommand Floor(Place place) => new(Native("Handstamp.Floor"), Arguments(place));

    public ServerCommand Rival(string project, string executable, Place place) =>
        new(Built(project, executable), Arguments(place));

    public ServerCommand Node(string rival, Place place) => new("node",
    [
        Path.Combine(settings.Root, "bench/rivals", rival, "server.mjs"), $"{place.Port}",
        .. place.Postgres is { } postgres ? [PostgresUrl(postgres)] : Array.Empty<string>(),
    ]);

    public ServerCommand Api(Place place, string issuer, string scheme) =>
        new(Built("Handstamp.Verifier", "Handstamp.Verifier"), ["--urls", place.Url, "--issuer", issuer, "--scheme", scheme])
        {
            Environment = ApiEnvironment,
        };

    public ServerCommand FloorApi(Place place, string issuer) =>
        new(Built("Handstamp.Floor", "Handstamp.Floor"), ["--urls", place.Url, "--keys", $"{issuer}/.well-known/jwks.json"])
        {
            Environment = ApiEnvironment,
        };

    static string[] Arguments(Place place) =>
    [
        "--urls", place.Url, "--data", place.Data,
        .. place.Postgres is { } postgres ? ["--postgres", postgres] : Array.Empty<string>(),
    ];

    // The same for Node's driver.
    static string PostgresUrl(string connectionString)
    {
        var words = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgres://{words.Username}@{words.Host}:{words.Port}/{words.Database}";
    }

    // A smoke test uses what the tests have installed.
    string Native(string name) => (settings.Smoke, name) switch
    {
        (false, _) => Path.Combine(settings.Root, "artifacts/native", name),
        (true, "handstamp") => Environment.GetEnvironmentVariable("BENCH_HANDSTAMP") ?? Built("Handstamp.Host", name),
        _ => Built(name, name),
    };

    string Built(string project, string executable) =>
        Path.Combine(settings.Root, "artifacts/bin", project, Configuration, executable);
}
