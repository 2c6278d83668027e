using Handstamp.Rig.Processes;

namespace Handstamp.Rig.Targets;

/// <summary>All contestants.</summary>
sealed class Contestants(Settings settings)
{
    public const string OurKey = "handstamp";
    public const string FloorKey = "floor";
    public const string RoutedFloorKey = "routed-floor";
    public const string JwtBearerKey = "jwtbearer";
    public const string IdentityApiKey = "identityapi";

    readonly Commands _commands = new(settings);

    public Contestant Handstamp => new(OurKey, "Handstamp")
    {
        Service = HandstampNodes(1),
        Api = new("Handstamp.Bearer", (place, issuer) => _commands.Api(place, issuer, "handstamp")) { Remembers = true },
    };

    public IReadOnlyList<Contestant> All => settings.Postgres
        ? [Handstamp, Cluster(2), Cluster(3), Floor, IdentityApi, OpenIddict, OidcProvider, BetterAuth]
        : [Handstamp, Floor, RoutedFloor, JwtBearer, IdentityApi, OpenIddict, OidcProvider];

    public string HandstampExecutable => _commands.HandstampExecutable;

    public ServerCommand Serve(Place place, params string[] more) => _commands.Handstamp(place, more);

    Service HandstampNodes(int nodes) =>
        new(Dialect.Handstamp, place => _commands.Handstamp(place), "/health/ready", "handstamp.db") { Nodes = nodes };

    Contestant Cluster(int nodes) =>
        new($"{OurKey}-{nodes}", $"Handstamp, {nodes} nodes") { Service = HandstampNodes(nodes) };

    Contestant Floor => new(FloorKey, "the floor")
    {
        Service = new(Dialect.Handstamp, _commands.Floor, "/", "floor.db"),
        Api = new("the floor", _commands.FloorApi) { Known = "/known", New = "/new", Remembers = true },
    };

    // Compare Handstamp's API with this one: the cost of routing and authorization belongs to the framework.
    Contestant RoutedFloor => new(RoutedFloorKey, "the floor with routing")
    {
        Api = new("the floor with routing and authorization", (place, issuer) => _commands.Api(place, issuer, "floor"))
        {
            Known = "/known",
            New = "/new",
            Remembers = true,
        },
    };

    Contestant JwtBearer => new(JwtBearerKey, "AddJwtBearer")
    {
        Api = new("AddJwtBearer, ES256", (place, issuer) => _commands.Api(place, issuer, "jwt")) { Remembers = true },
    };

    Contestant IdentityApi => new(IdentityApiKey, "MapIdentityApi")
    {
        Service = new(
            Dialect.IdentityApi, place => _commands.Rival("IdentityApi", "IdentityApi", place), "/health", "rival.db"),
        Api = new("MapIdentityApi's bearer", null),
    };

    Contestant OpenIddict => new("openiddict", "OpenIddict")
    {
        Service = new(
            Dialect.OpenIddict, place => _commands.Rival("OpenIddict", "OpenIddictRival", place), "/health", "rival.db"),
        Api = new("OpenIddict's validation", null),
    };

    Contestant OidcProvider => new("oidc-provider", settings.Postgres ? "oidc-provider" : "oidc-provider, in memory")
    {
        Service = new(
            Dialect.OidcProvider, place => _commands.Node("oidc-provider", place), "/.well-known/openid-configuration",
            null),
    };

    Contestant BetterAuth => new("better-auth", "better-auth")
    {
        Service = new(Dialect.BetterAuth, place => _commands.Node("better-auth", place), "/health", null),
    };
}
