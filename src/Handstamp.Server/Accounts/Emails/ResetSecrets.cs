using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Secrets;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>
/// The secrets with which a password can be set without the old one. One is sent only to an address of the account, and
/// is good until the password changes.
/// </summary>
static class ResetSecrets
{
    /// <summary>The life of one that was requested: half an hour.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    /// <summary>The life of one in a notice, which its receiver may read days later.</summary>
    public static readonly TimeSpan LifeInNotice = TimeSpan.FromDays(3);

    /// <summary>
    /// Those that were requested, and those in notices. Each attempt to send a mail makes another one, so that those of one kind
    /// must not take the place of the other's. A try is also counted for a new password that the policy refuses.
    /// </summary>
    public static readonly SecretPurpose Requested = new("password-reset", Tries: 20, Most: 5);

    /// <inheritdoc cref="Requested"/>
    public static readonly SecretPurpose InNotice = new("password-undo", Tries: 20, Most: 5);

    public static SecretContent Content(Account account, string canonical, DateTimeOffset expiresAt) => new(
        account.Id,
        JsonSerializer.SerializeToUtf8Bytes(new ResetGrant(canonical, account.SecurityStamp), ResetJson.Default.ResetGrant),
        expiresAt);
}

/// <summary>What the receiver of the mail has shown.</summary>
/// <param name="Email">The canonical address at which they read the mail.</param>
/// <param name="SecurityStamp">The account's stamp when the mail was sent.</param>
sealed record ResetGrant(string Email, string SecurityStamp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ResetGrant))]
sealed partial class ResetJson : JsonSerializerContext;
