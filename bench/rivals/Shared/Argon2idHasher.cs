using System.Text;
using Handstamp.Server.Accounts;
using Microsoft.AspNetCore.Identity;

namespace Rivals;

/// <summary>Argon2id with 19 MiB and 2 passes, in place of Identity's PBKDF2.</summary>
sealed class Argon2idHasher : IPasswordHasher<IdentityUser>
{
    const int MemoryKiB = 19 * 1024;
    const int Passes = 2;

    public Argon2idHasher() => Sodium.Initialize();

    public string HashPassword(IdentityUser user, string password) =>
        Sodium.HashPassword(Encoding.UTF8.GetBytes(password), Passes, MemoryKiB);

    public PasswordVerificationResult VerifyHashedPassword(
        IdentityUser user, string hashedPassword, string providedPassword) =>
        Sodium.VerifyPassword(hashedPassword, Encoding.UTF8.GetBytes(providedPassword))
            ? PasswordVerificationResult.Success
            : PasswordVerificationResult.Failed;
}
