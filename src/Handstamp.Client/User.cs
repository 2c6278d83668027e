using System.Text.Json;

namespace Handstamp.Client;

/// <summary>An account, as <c>GET /me</c> returns it.</summary>
public sealed class User
{
    /// <summary>The account's id: the <c>sub</c> of its access tokens.</summary>
    public required Guid Id { get; init; }

    /// <summary>The account's e-mail address. Null if it has none.</summary>
    public string? Email { get; init; }

    /// <summary>The account's username. Null if it has none.</summary>
    public string? Username { get; init; }

    /// <summary>Whether the account's owner has shown to read the mails to this address.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>The account's roles.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>The account's custom claims, a list of values for each name. Null if there are none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Claims { get; init; }

    /// <summary>When the account was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How the person wants to be called. It is not proved, and not in the tokens.</summary>
    public string? Name { get; init; }

    /// <summary>The https address of a picture, as the person says.</summary>
    public string? Picture { get; init; }

    /// <summary>The language of the person (BCP 47).</summary>
    public string? Locale { get; init; }

    /// <summary>A JSON object that the app keeps for the person.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>The terms of use; null if the service has none.</summary>
    public UserTerms? Terms { get; init; }
}

/// <summary>The terms of use of the service, and what the account's owner has accepted.</summary>
public sealed class UserTerms
{
    /// <summary>Whether the version that is in force still has to be accepted.</summary>
    public required bool Due { get; init; }

    /// <summary>The version that is in force.</summary>
    public required string Version { get; init; }

    /// <summary>Where it can be read.</summary>
    public required string Url { get; init; }

    /// <summary>The version that was accepted last. Null if none was.</summary>
    public string? AcceptedVersion { get; init; }
}
