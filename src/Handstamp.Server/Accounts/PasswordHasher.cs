using Handstamp.Server.Accounts.Hashes;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Hashes passwords in their normalized form with Argon2id (RFC 8265 §4.2.2). It also verifies hashes from other
/// systems and of passwords that were not normalized, and then requests a new hash, also for one that is not sealed as the settings
/// say. Slow on purpose: call it on a thread of
/// the <see cref="HashingQueue"/>.
/// </summary>
sealed class PasswordHasher(Argon2id argon2id, PasswordSeal seal) : IPasswordHasher<Account>
{
    readonly Lock _large = new();

    public string HashPassword(Account user, string password) => seal.Close(argon2id.Hash(Nfc.Of(password)), user.Id);

    public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
    {
        if (providedPassword.Length > PasswordPolicy.MaxLength) return PasswordVerificationResult.Failed;
        if (seal.Open(hashedPassword, user.Id) is not { } hash || HashFormats.Read(hash) is not { } stored) return PasswordVerificationResult.Failed;

        var normalized = Nfc.Of(providedPassword);
        if (!Verify(stored, normalized))
            return normalized != providedPassword && Verify(stored, providedPassword)
                ? PasswordVerificationResult.SuccessRehashNeeded
                : PasswordVerificationResult.Failed;
        return argon2id.IsCurrent(hash) && seal.IsCurrent(hashedPassword)
            ? PasswordVerificationResult.Success
            : PasswordVerificationResult.SuccessRehashNeeded;
    }

    bool Verify(StoredHash stored, string password)
    {
        if (stored.Cost.MemoryKiB <= argon2id.MemoryKiB) return PasswordBytes.Use(password, stored.Verify);
        // The queue has room for hashes of the configured cost. One that takes more memory has to fit beside them, one at a time.
        lock (_large)
            return MemoryRoom.Suffices(stored.Cost.MemoryKiB) && MemoryRoom.Holds(stored.Cost.MemoryKiB)
                ? PasswordBytes.Use(password, stored.Verify)
                : throw new InsufficientMemoryException("There is not enough memory to verify a password.");
    }
}
