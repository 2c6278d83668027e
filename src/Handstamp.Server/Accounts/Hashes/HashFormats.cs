namespace Handstamp.Server.Accounts.Hashes;

/// <summary>Every kind of stored hash that can be verified. No text makes it throw, or take more than a <see cref="HashCost"/> allows.</summary>
static class HashFormats
{
    const int MaxLength = 1024;

    static readonly IHashFormat[] All =
    [
        new Argon2Format(), new BcryptFormat(), new ScryptFormat(), new FirebaseScryptFormat(), new BetterAuthFormat(),
        new Pbkdf2Format(), new DjangoFormat(), new SaltedShaFormat(), new ShaCryptFormat(), new Md5CryptFormat(), new IdentityFormat(),
        new WrappedFormat(),
    ];

    /// <summary>Null if it is no hash that can be verified.</summary>
    public static StoredHash? Read(string hash) =>
        hash.Length <= MaxLength && FormatOf(hash)?.Read(hash) is { IsAllowed: true } stored ? stored : null;

    /// <summary>Why a hash from elsewhere is not taken, in a sentence that does not quote it; null if it is.</summary>
    public static string? Fault(string hash)
    {
        if (hash.Length > MaxLength) return $"A password hash can have at most {MaxLength} characters.";
        if (FormatOf(hash) is not { } format) return "The service knows no kind of password hash that begins like this.";
        return format.Read(hash) is { } stored ? stored.Cost.Fault : format.Form;
    }

    static IHashFormat? FormatOf(string hash) => Array.Find(All, format => format.Begins(hash));
}
