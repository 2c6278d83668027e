using Handstamp.Rig.Processes;

namespace Handstamp.Rig.Targets;

/// <summary>Where a server runs, and how it reaches its PostgreSQL, if it has one.</summary>
sealed record Place(int Port, string Data, string? Postgres = null)
{
    public string Url => $"http://127.0.0.1:{Port}";
}

/// <summary>A contestant: a service that logs in and refreshes, an API, or both.</summary>
sealed record Contestant(string Key, string Name)
{
    public Service? Service { get; init; }

    public Api? Api { get; init; }
}

/// <param name="Dialect">Its requests and answers.</param>
/// <param name="Command">How it starts.</param>
/// <param name="Ready">The address of its first answer.</param>
/// <param name="Database">The name of its SQLite file, if it has one.</param>
sealed record Service(Dialect Dialect, Func<Place, ServerCommand> Command, string Ready, string? Database)
{
    /// <summary>The number of nodes that share the load and the database.</summary>
    public int Nodes { get; init; } = 1;

    public bool HasAccounts => Dialect.Register is not null;
}

/// <param name="Name">What verifies the tokens.</param>
/// <param name="Command">How it starts, given the issuer's address; null when it issues its own tokens.</param>
sealed record Api(string Name, Func<Place, string, ServerCommand>? Command)
{
    /// <summary>The path to which a known token is sent.</summary>
    public string Known { get; init; } = "/me";

    public string New { get; init; } = "/me";

    /// <summary>Whether a known token costs less. If not, few tokens can stand for many.</summary>
    public bool Remembers { get; init; }
}
