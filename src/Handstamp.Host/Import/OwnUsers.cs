using System.Collections.Frozen;
using System.Text.Json;
using Handstamp.Server.Accounts.Import;

namespace Handstamp.Host.Import;

/// <summary>The service's own form, which <c>handstamp export users</c> writes.</summary>
static class OwnUsers
{
    const int MostShown = 60;

    /// <summary>The columns of a file with comma-separated values.</summary>
    public static readonly FrozenSet<string> Columns = FrozenSet.Create(
        "id", "username", "email", "email_verified", "email_verified_at", "password_hash", "roles", "claims", "created_at", "disabled", "disabled_at",
        "terms_version", "terms_accepted_at");

    /// <summary>Of JSON: strict, so that a misspelled member loses nothing.</summary>
    public static PortableUser Map(JsonElement user)
    {
        try
        {
            return user.Deserialize(PortableJson.Default.PortableUser)!;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            var path = (fault as JsonException)?.Path?.TrimStart('$', '.') ?? "";
            throw new FormatException(path.Length is 0 or > MostShown
                ? "The user has a member that is unknown, given twice or of the wrong form."
                : $"The member '{path}' is unknown, given twice or of the wrong form.", fault);
        }
    }

    /// <summary>Of cells. Roles are separated by spaces, and claims are a JSON object.</summary>
    public static PortableUser MapCells(Fields user) => new()
    {
        Id = user.Text("id") is null ? null : user.Id("id") ?? throw Fields.Wrong("id", "a UUID"),
        Username = user.Text("username"),
        Email = user.Text("email"),
        EmailVerified = user.Flag("email_verified"),
        EmailVerifiedAt = user.Time("email_verified_at"),
        PasswordHash = user.Text("password_hash"),
        Roles = user.Text("roles")?.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Claims = user.Text("claims") is { } claims ? ClaimsOf(claims) : null,
        CreatedAt = user.Time("created_at"),
        Disabled = user.Flag("disabled"),
        DisabledAt = user.Time("disabled_at"),
        TermsVersion = user.Text("terms_version"),
        TermsAcceptedAt = user.Time("terms_accepted_at"),
    };

    static IReadOnlyDictionary<string, IReadOnlyList<string>> ClaimsOf(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PortableJson.Default.IReadOnlyDictionaryStringIReadOnlyListString)
                ?? throw Fields.Wrong("claims", "a JSON object");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw Fields.Wrong("claims", "a JSON object of texts or lists of texts");
        }
    }
}
