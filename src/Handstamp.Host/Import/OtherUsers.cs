using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;

namespace Handstamp.Host.Import;

/// <summary>Users of systems whose exports have one row per user and a hash in a form that says what it is.</summary>
static class OtherUsers
{
    /// <summary>Auth0: the file with the password hashes that its support sends, or a user export with them.</summary>
    public static PortableUser Auth0(Fields user) => new()
    {
        Email = user.Text("email"),
        EmailVerified = user.Flag("email_verified"),
        PasswordHash = user.Text("passwordHash") ?? user.Text("password_hash"),
        CreatedAt = user.Time("created_at"),
        Disabled = user.Flag("blocked"),
    };

    /// <summary>Supabase: rows of <c>auth.users</c>.</summary>
    public static PortableUser Supabase(Fields user) => new()
    {
        Id = user.Id("id"),
        Email = user.Text("email"),
        EmailVerifiedAt = user.Time("email_confirmed_at"),
        PasswordHash = user.Text("encrypted_password"),
        CreatedAt = user.Time("created_at"),
        Disabled = IsLasting(user.Time("banned_until")) || user.Time("deleted_at") is not null,
    };

    /// <summary>better-auth: rows of <c>user</c>, each with the <c>password</c> of its <c>account</c>.</summary>
    public static PortableUser BetterAuth(Fields user) => new()
    {
        Id = user.Id("id"),
        Email = user.Text("email"),
        EmailVerified = user.Flag("emailVerified"),
        PasswordHash = user.Text("password"),
        Roles = user.Text("role")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        CreatedAt = user.Time("createdAt"),
        Disabled = user.Flag("banned"),
    };

    /// <summary>ASP.NET Core Identity: rows of <c>AspNetUsers</c>.</summary>
    public static PortableUser AspNetIdentity(Fields user) => new()
    {
        Id = user.Id("Id"),
        Email = user.Text("Email"),
        EmailVerified = user.Flag("EmailConfirmed"),
        PasswordHash = user.Text("PasswordHash"),
        Disabled = IsLasting(user.Time("LockoutEnd")),
        // The key of an app is there before the person has confirmed it.
        Totp = user.Flag("TwoFactorEnabled") == true && user.Text("AuthenticatorKey") is { } key ? [new PortableTotp { Secret = key }] : null,
        RecoveryCodes = user.Flag("TwoFactorEnabled") == true ? user.Text("RecoveryCodes")?.Split(';', StringSplitOptions.RemoveEmptyEntries) : null,
        Passkeys = user.Objects("Passkeys").Select(PasskeyOf).ToList() is { Count: > 0 } passkeys ? passkeys : null,
    };

    static PortablePasskey PasskeyOf(Fields passkey)
    {
        if (passkey.Object("Data") is not { } data) throw Fields.Wrong("Passkeys", "a list of objects with CredentialId and Data");
        return new PortablePasskey
        {
            CredentialId = passkey.Text("CredentialId") ?? "",
            PublicKey = data.Text("PublicKey") ?? "",
            SignCount = data.Number("SignCount") ?? 0,
            Synced = data.Flag("IsBackupEligible"),
            BackedUp = data.Flag("IsBackedUp"),
            Transports = data.Texts("Transports"),
            Name = data.Text("Name")?.Shortened(PasskeyName.MaxLength),
            CreatedAt = data.Time("CreatedAt"),
        };
    }

    // After failed attempts, people are locked out for some minutes.
    static bool IsLasting(DateTimeOffset? end) => end > TimeProvider.System.GetUtcNow().AddDays(1);
}
