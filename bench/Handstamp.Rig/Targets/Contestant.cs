using Handstamp.Rig.Processes;

namespace Handstamp.Rig.Targets;

/// <summary>Where a server is to run, and how it reaches its PostgreSQL, if it has one.</summary>
sealed record Place(int Port, string Data, string? Postgres = null)
{
    public string Url => $"http://127.0.0.1:{Port}";
}

/// <summary>One that is measured: as a service that logs in and refreshes, as an API, or as both.</summary>
sealed record Contestant(string Key, string Name)
{
    public Service? Service { get; init; }

    public Api? Api { get; init; }
}

/// <param name="Dialect">How it is asked.</param>
/// <param name="Command">How it starts.</param>
/// <param name="Ready">The address of its first answer.</param>
/// <param name="Database">The name of its SQLite file, if it has one.</param>
sealed record Service(Dialect Dialect, Func<Place, ServerCommand> Command, string Ready, string? Database)
{
    /// <summary>How many share the load, and the database.</summary>
    public int Nodes { get; init; } = 1;

    public bool HasAccounts => Dialect.Register is not null;
}

/// <param name="Name">What verifies the tokens.</param>
/// <param name="Command">How it starts, for the issuer at an address; null when it issues its own tokens.</param>
sealed record Api(string Name, Func<Place, string, ServerCommand>? Command)
{
    /// <summary>Where a token is shown that was shown before.</summary>
    public string Known { get; init; } = "/me";

    public string New { get; init; } = "/me";

    /// <summary>Whether it costs less to see a token again. Where not, few tokens stand for many.</summary>
    public bool Remembers { get; init; }
}
