using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Secrets;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>What the secrets of a mail are for: a link, and a code that can be typed on another device.</summary>
/// <param name="Name">Stored with each secret, before the word for its kind.</param>
/// <param name="Life">How long both are valid after the mail was sent.</param>
sealed record MailPurpose(string Name, TimeSpan Life)
{
    /// <summary>Each attempt to send a mail makes another one.</summary>
    public SecretPurpose Link { get; } = new($"{Name}-link", Tries: 20, Most: 5);

    /// <summary>
    /// There is one for each address, so that the number of guesses at it is limited. A code is also counted by
    /// <see cref="MailCodes"/>, over all codes of the address.
    /// </summary>
    public SecretPurpose Code { get; } = new($"{Name}-code", Tries: 5, Most: 5);

    /// <summary>Both end when one of them was used.</summary>
    public IReadOnlyList<string> Both => [Link.Name, Code.Name];
}

/// <summary>The secrets of the mails around a login, but for those with which a password is set.</summary>
static class MailSecrets
{
    public static readonly MailPurpose Verification = new("email-verification", TimeSpan.FromHours(1));

    public static readonly MailPurpose Login = new("login", TimeSpan.FromMinutes(10));

    public static readonly MailPurpose Change = new("email-change", TimeSpan.FromHours(1));

    /// <summary>How long a change of address can be taken back.</summary>
    public static readonly TimeSpan UndoLife = TimeSpan.FromHours(72);

    /// <summary>
    /// More than an account can have: a thief must not replace the owner's by changing the address again and again.
    /// </summary>
    public static readonly SecretPurpose Undo = new("email-undo", Tries: 20, Most: 50);

    /// <summary>
    /// With which an owner keeps an account that is to be deleted: valid until then. If the account is kept, all of them are gone.
    /// </summary>
    public static readonly SecretPurpose Restore = new("account-restore", Tries: 20, Most: 50);

    public static SecretContent Content(Guid subject, MailGrant grant, DateTimeOffset expiresAt) =>
        new(subject, JsonSerializer.SerializeToUtf8Bytes(grant, MailGrantJson.Default.MailGrant), expiresAt);
}

/// <summary>What the receiver of the mail has shown.</summary>
/// <param name="Email">The canonical address of the account.</param>
/// <param name="SecurityStamp">The account's stamp when the mail was sent or requested.</param>
/// <param name="Other">The address that replaces it, or that it has replaced, as its owner wrote it.</param>
sealed record MailGrant(string Email, string SecurityStamp, string? Other = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(MailGrant))]
sealed partial class MailGrantJson : JsonSerializerContext;
