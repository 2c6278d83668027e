using System.Globalization;
using System.Text;
using Handstamp.Server.Accounts.Hashes;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;

namespace Handstamp.Host.Import;

/// <summary>Users of <c>kc.sh export</c>. The hash function of a password is in its credential, in two texts of JSON.</summary>
static class KeycloakUsers
{
    // Every user has them; they say nothing to an app.
    static readonly string[] OwnRoles = ["offline_access", "uma_authorization"];

    public static PortableUser Map(Fields user) => new()
    {
        Id = user.Id("id"),
        Email = user.Text("email") ?? (user.Text("username") is { } name && name.Contains('@', StringComparison.Ordinal) ? name : null),
        EmailVerified = user.Flag("emailVerified"),
        PasswordHash = HashOf(user),
        Roles = RolesOf(user),
        CreatedAt = user.Time("createdTimestamp"),
        Disabled = user.Flag("enabled") == false,
        Totp = Any(Of(user, "otp").Select(AppOf)),
        RecoveryCodes = Any(Of(user, "recovery-authn-codes").SelectMany(CodesOf)),
        Passkeys = Any(Of(user, "webauthn").Concat(Of(user, "webauthn-passwordless")).Select(PasskeyOf)),
    };

    static IEnumerable<Fields> Of(Fields user, string type) =>
        user.Objects("credentials").Where(credential => credential.Text("type") == type);

    static List<T>? Any<T>(IEnumerable<T> values) => values.ToList() is { Count: > 0 } list ? list : null;

    static PortableTotp AppOf(Fields credential)
    {
        var (secret, data) = Parts(credential);
        if (data.Text("subType") is { } kind and not "totp") throw new FormatException($"An authenticator app makes codes of the kind '{kind}'. Only 'totp' is verified.");
        var value = secret.Text("value") ?? "";
        return new PortableTotp
        {
            Secret = data.Text("secretEncoding") == "BASE32" ? value : Base32.Encode(Encoding.UTF8.GetBytes(value)),
            Algorithm = data.Text("algorithm"),
            Digits = data.Number("digits"),
            Period = data.Number("period"),
            Name = credential.Text("userLabel")?.Shortened(SecondFactorOperations.MaxName),
            CreatedAt = credential.Time("createdDate"),
        };
    }

    // One SHA-512 of the code, in base64. Older versions name it after a signature.
    static IEnumerable<string> CodesOf(Fields credential)
    {
        var (secret, data) = Parts(credential);
        return data.Text("algorithm") is "SHA-512" or "RS512" or null
            ? secret.Objects("codes").Select(code => $"{RecoveryCodes.BareHash}{code.Text("encodedHashedValue")}")
            : throw new FormatException("The recovery codes are hashed with a function that the service does not know.");
    }

    // Whether the passkey is synced is not in the file. The import says so.
    static PortablePasskey PasskeyOf(Fields credential)
    {
        var (_, data) = Parts(credential);
        return new PortablePasskey
        {
            CredentialId = data.Text("credentialId") ?? "",
            PublicKey = data.Text("credentialPublicKey") ?? "",
        };
    }

    static (Fields Secret, Fields Data) Parts(Fields credential) =>
        credential.Object("secretData") is { } secret && credential.Object("credentialData") is { } data
            ? (secret, data)
            : throw Fields.Wrong("credentials", "credentials with secretData and credentialData; this version of Keycloak writes them in another way");

    static IReadOnlyList<string>? RolesOf(Fields user) => user.Texts("realmRoles") is { } roles
        ? [.. roles.Where(role => !OwnRoles.Contains(role) && !role.StartsWith("default-roles-", StringComparison.Ordinal))]
        : null;

    static string? HashOf(Fields user)
    {
        var passwords = user.Objects("credentials").Where(credential => credential.Text("type") == "password").ToList();
        if (passwords.Count == 0) return null;
        var (secret, data) = (passwords[0].Object("secretData"), passwords[0].Object("credentialData"));
        if (secret is not { } key || data is not { } how) throw Fields.Wrong("credentials", "password hashes; this version of Keycloak writes them in another way");
        var (value, salt) = (key.Text("value") ?? "", key.Text("salt") ?? "");
        var iterations = int.TryParse(how.Text("hashIterations"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return how.Text("algorithm") switch
        {
            "pbkdf2" => Pbkdf2Format.Text("sha1", iterations, salt, value),
            "pbkdf2-sha256" => Pbkdf2Format.Text("sha256", iterations, salt, value),
            "pbkdf2-sha512" => Pbkdf2Format.Text("sha512", iterations, salt, value),
            "argon2" => Argon2Of(how.Object("additionalParameters") ?? default, iterations, salt, value),
            _ => throw new FormatException("The password is hashed with a function that the service does not know."),
        };
    }

    static string Argon2Of(Fields parameters, int passes, string salt, string value)
    {
        var version = First(parameters, "version") == "1.3" ? 19 : 16;
        return string.Create(CultureInfo.InvariantCulture,
            $"$argon2{First(parameters, "type")}$v={version}$m={First(parameters, "memory")},t={passes},p={First(parameters, "parallelism")}${salt.TrimEnd('=')}${value.TrimEnd('=')}");
    }

    static string? First(Fields parameters, string name) => parameters.Texts(name) is [var first, ..] ? first : null;
}
