using System.Buffers.Text;
using BCrypt.Net;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Hashes with Argon2id; verifies what accounts bring from elsewhere too, and asks for it to be hashed anew. Slow by
/// purpose: call it on a thread of the <see cref="HashingQueue"/>.
/// </summary>
sealed class PasswordHasher(Argon2id argon2id) : IPasswordHasher<Account>
{
    static readonly PasswordHasher<Account> Pbkdf2 = new();

    readonly HashFormat[] _formats =
    [
        new(Argon2id.Prefix, (_, hash, password) => argon2id.Verify(hash, password)),
        new("$2a$", VerifyBcrypt),
        new("$2b$", VerifyBcrypt),
        new("$2x$", VerifyBcrypt),
        new("$2y$", VerifyBcrypt),
        // ASP.NET Core Identity: base64 of a first byte 0 (V2) or 1 (V3).
        new("A", VerifyPbkdf2),
    ];

    public string HashPassword(Account user, string password) => argon2id.Hash(password);

    public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
    {
        if (providedPassword.Length > PasswordPolicy.MaxLength) return PasswordVerificationResult.Failed;
        var format = Array.Find(_formats, format => hashedPassword.StartsWith(format.Prefix, StringComparison.Ordinal));
        if (format is null || !format.Verify(user, hashedPassword, providedPassword))
            return PasswordVerificationResult.Failed;

        return argon2id.IsCurrent(hashedPassword)
            ? PasswordVerificationResult.Success
            : PasswordVerificationResult.SuccessRehashNeeded;
    }

    static bool VerifyBcrypt(Account user, string hash, string password)
    {
        try
        {
            return BCrypt.Net.BCrypt.Verify(password, hash);
        }
        catch (Exception exception) when (exception is SaltParseException or ArgumentException)
        {
            return false;
        }
    }

    static bool VerifyPbkdf2(Account user, string hash, string password) =>
        Base64.IsValid(hash)
        && Pbkdf2.VerifyHashedPassword(user, hash, password) is not PasswordVerificationResult.Failed;

    sealed record HashFormat(string Prefix, Func<Account, string, string, bool> Verify);
}
