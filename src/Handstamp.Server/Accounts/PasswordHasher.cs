using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Hashes passwords in their normalized form with Argon2id (RFC 8265 §4.2.2). It also verifies hashes from other
/// systems and of passwords that were not normalized, and then requests a new hash. Slow on purpose: call it on a thread of
/// the <see cref="HashingQueue"/>.
/// </summary>
sealed class PasswordHasher(Argon2id argon2id) : IPasswordHasher<Account>
{
    const int BcryptLength = 60;

    static readonly PasswordHasher<Account> Pbkdf2 = new();
    static readonly SearchValues<char> BcryptCharacters =
        SearchValues.Create("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

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

    public string HashPassword(Account user, string password) => argon2id.Hash(Nfc.Of(password));

    public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
    {
        if (providedPassword.Length > PasswordPolicy.MaxLength) return PasswordVerificationResult.Failed;
        var format = Array.Find(_formats, format => hashedPassword.StartsWith(format.Prefix, StringComparison.Ordinal));
        if (format is null) return PasswordVerificationResult.Failed;

        var normalized = Nfc.Of(providedPassword);
        if (!format.Verify(user, hashedPassword, normalized))
            return normalized != providedPassword && format.Verify(user, hashedPassword, providedPassword)
                ? PasswordVerificationResult.SuccessRehashNeeded
                : PasswordVerificationResult.Failed;
        return argon2id.IsCurrent(hashedPassword)
            ? PasswordVerificationResult.Success
            : PasswordVerificationResult.SuccessRehashNeeded;
    }

    static bool VerifyBcrypt(Account user, string hash, string password) =>
        IsBcrypt(hash) && BCrypt.Net.BCrypt.Verify(password, hash);

    /// <summary>Two digits of cost, then 53 characters: anything else makes the library throw.</summary>
    static bool IsBcrypt(string hash) =>
        hash.Length == BcryptLength
        && int.TryParse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var cost)
        && cost is >= 4 and <= 31
        && hash[6] == '$'
        && !hash.AsSpan(7).ContainsAnyExcept(BcryptCharacters);

    static bool VerifyPbkdf2(Account user, string hash, string password) =>
        Base64.IsValid(hash)
        && Pbkdf2.VerifyHashedPassword(user, hash, password) is not PasswordVerificationResult.Failed;

    sealed record HashFormat(string Prefix, Func<Account, string, string, bool> Verify);
}
