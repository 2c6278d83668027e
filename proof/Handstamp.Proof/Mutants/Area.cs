namespace Handstamp.Proof.Mutants;

/// <summary>
/// A part of a project's sources, the tests that must notice a change in it, and the share of the changes that they
/// must notice.
/// </summary>
sealed record Area(string Name, string Project, IReadOnlyList<string> Parts, string Tests, double Goal)
{
    /// <summary>Of the stores, only the code that needs no database: the suite over both engines covers the rest.</summary>
    public static readonly IReadOnlyList<Area> All =
    [
        new("tokens", "Handstamp.Tokens", [""], "Handstamp.Tokens.Tests", 97),
        new("sessions", "Handstamp.Server", ["Sessions/"], "Handstamp.Server.Tests", 92),
        new("keys", "Handstamp.Server", ["Keys/"], "Handstamp.Server.Tests", 92),
        new("accounts", "Handstamp.Server", ["Accounts/"], "Handstamp.Server.Tests", 92),
        new("clients", "Handstamp.Server", ["Clients/"], "Handstamp.Server.Tests", 92),
        new("http", "Handstamp.Server", ["Http/"], "Handstamp.Server.Tests", 92),
        new("bearer", "Handstamp.Bearer", [""], "Handstamp.Bearer.Tests", 92),
        new("sqlite", "Handstamp.Storage.Sqlite", ["Engine/EngineFaults", "Engine/StartFaults", "Engine/Owner", "Sessions/SessionColumns"], "Handstamp.Storage.Tests", 92),
        new("postgres", "Handstamp.Storage.Postgres", ["Engine/EngineFaults", "Engine/StartFaults", "Engine/Sql", "Moving/CopiedType", "Sessions/SessionColumns"], "Handstamp.Storage.Tests", 92),
    ];

    /// <summary>Whether a class of tests belongs to this part: it is in the same place as the part.</summary>
    public bool IsNear(string testClass) =>
        Parts.Any(part => part is "" || testClass.Contains($".{part.Split('/')[0]}.", StringComparison.Ordinal));

    public bool Holds(Mutant mutant) => Parts.Any(part => mutant.File.StartsWith(part, StringComparison.Ordinal));
}
