using System.Buffers.Text;
using System.Text.Json;
using Handstamp.Identity.Api;
using Handstamp.Server.Accounts.Passkeys;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Identity.Passkeys;

/// <summary>The body of <c>POST /passkeys/requestOptions</c>. It says nothing that the answer depends on.</summary>
sealed record PasskeyRequestOptionsRequest;

/// <summary>The body of <c>POST /passkeys/login</c>: what <c>navigator.credentials.get()</c> returned, as JSON or as its text.</summary>
sealed class PasskeyLoginRequest
{
    public required JsonElement Credential { get; init; }
}

/// <summary>The body of <c>POST /manage/passkeys</c>: what <c>navigator.credentials.create()</c> returned, and a name for the list.</summary>
sealed class AddPasskeyRequest
{
    public required JsonElement Credential { get; init; }

    public string? Name { get; init; }
}

/// <summary>The body of <c>PUT /manage/passkeys/{credentialId}</c>.</summary>
sealed class RenamePasskeyRequest
{
    public required string Name { get; init; }
}

/// <summary>A passkey as its owner sees it.</summary>
sealed record PasskeyItem(string CredentialId, string? Name, DateTimeOffset CreatedAt)
{
    public static PasskeyItem Of(UserPasskeyInfo passkey) => new(Base64Url.EncodeToString(passkey.CredentialId), passkey.Name, passkey.CreatedAt);
}

static class PasskeyNames
{
    const int MaxLength = 200;

    public static ValidationProblem Refuse() => ValidationProblems.Of("InvalidPasskeyName", $"A name has at most {MaxLength} characters, and no U+0000.");

    public static bool IsValid(string? name) => name is null || (name.Length <= MaxLength && !name.Contains('\0', StringComparison.Ordinal));
}

static class PasskeyUsers
{
    /// <summary>Whether nobody has this passkey.</summary>
    public static async Task<bool> IsGoneAsync<TUser>(this UserManager<TUser> users, UserPasskeyInfo passkey) where TUser : class =>
        await users.FindByPasskeyIdAsync(passkey.CredentialId) is null;
}

static class Credentials
{
    /// <summary>The credential as the text that Identity reads. It refuses an empty text by an exception, and null by an answer.</summary>
    public static string TextOf(JsonElement credential) =>
        credential.ValueKind == JsonValueKind.String && credential.GetString() is { Length: > 0 } text ? text
        : credential.ValueKind == JsonValueKind.String ? "null" : credential.GetRawText();

    /// <summary>
    /// Whether the authenticator has verified the user, in a login that Identity has accepted. Identity itself knows this only of the
    /// registration of the passkey.
    /// </summary>
    public static bool HasVerifiedUser(string credential) => AuthenticatorData.HasVerifiedUser(BytesOf(credential, "authenticatorData"));

    /// <summary>The challenge of a credential that Identity has accepted, and so the one in the cookie.</summary>
    public static byte[] ChallengeOf(string credential)
    {
        using var client = JsonDocument.Parse(BytesOf(credential, "clientDataJSON"));
        return Base64Url.DecodeFromChars(client.RootElement.GetProperty("challenge").GetString());
    }

    static byte[] BytesOf(string credential, string member)
    {
        using var answer = JsonDocument.Parse(credential);
        return Base64Url.DecodeFromChars(answer.RootElement.GetProperty("response").GetProperty(member).GetString());
    }
}
