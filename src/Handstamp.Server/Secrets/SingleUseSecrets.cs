using Handstamp.Server.Http;
using Handstamp.Server.Keys;

namespace Handstamp.Server.Secrets;

/// <summary>What a kind of secret is for, and how it is bounded.</summary>
/// <param name="Name">Stored with each.</param>
/// <param name="Tries">So many are counted; after the last one the secret is dead.</param>
/// <param name="Most">So many a subject has at once; the oldest goes for another one.</param>
sealed record SecretPurpose(string Name, int Tries, int Most);

/// <summary>Makes secrets that are good once, and says what they stand for to who shows them.</summary>
sealed class SingleUseSecrets(ISecretStore store, KeyRingService keys, TimeProvider clock)
{
    /// <summary>Makes one, and keeps what it has to be compared by; the payload is at most <see cref="SecretContent.MaxPayload"/>.</summary>
    public async Task<SecretText> MakeAsync(SecretPurpose purpose, SecretContent content)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Payload.Length, SecretContent.MaxPayload);
        var now = clock.Now();
        var key = keys.Ring.MacKey(now);
        var secret = SecretText.Create(key.Id, now);
        await store.AddAsync(secret.KeyFor(purpose.Name, key), content, purpose.Tries, purpose.Most);
        return secret;
    }

    /// <summary>
    /// Uses up one try of the secret. Null when it is not good, and nobody learns why: unknown, spent, expired, out of tries,
    /// or of a key that was revoked.
    /// </summary>
    public async Task<TriedSecret?> TryAsync(SecretPurpose purpose, string text)
    {
        if (!SecretText.TryParse(text, out var secret) || keys.Ring.FindMacKey(secret.MacKeyId) is not { } macKey) return null;
        var key = secret.KeyFor(purpose.Name, macKey);
        return await store.TryAsync(key, clock.Now()) is { } content ? new TriedSecret(key, content) : null;
    }

    /// <summary>Spends a secret that was tried, when all that belongs to it was right; false when somebody else has.</summary>
    public Task<bool> TakeAsync(TriedSecret secret) => store.TakeAsync(secret.Key, clock.Now());
}

/// <summary>A secret that was the right one, and is not spent yet.</summary>
sealed record TriedSecret(SecretKey Key, SecretContent Content);
