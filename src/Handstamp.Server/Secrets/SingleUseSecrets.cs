using Handstamp.Server.Http;
using Handstamp.Server.Keys;

namespace Handstamp.Server.Secrets;

/// <summary>The purpose of a kind of secret, and its limits.</summary>
/// <param name="Name">Stored with each secret.</param>
/// <param name="Tries">The number of tries; after the last one the secret is invalid.</param>
/// <param name="Most">The maximum number for one subject at a time; a new one replaces the oldest.</param>
sealed record SecretPurpose(string Name, int Tries, int Most);

/// <summary>Makes single-use secrets, and returns their payload to a caller that presents one.</summary>
sealed class SingleUseSecrets(ISecretStore store, KeyRingService keys, TimeProvider clock)
{
    /// <summary>
    /// Makes a secret, and stores what is needed to compare it. The payload has at most
    /// <see cref="SecretContent.MaxPayload"/> bytes.
    /// </summary>
    public Task<SecretText> MakeAsync(SecretPurpose purpose, SecretContent content) =>
        MakeAsync(purpose, content, Guid.CreateVersion7(clock.Now()));

    /// <summary>Makes a secret whose row has this id, in place of the one that was made with the id before.</summary>
    public async Task<SecretText> MakeAsync(SecretPurpose purpose, SecretContent content, Guid id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Payload.Length, SecretContent.MaxPayload);
        var key = keys.Ring.MacKey(clock.Now());
        var secret = SecretText.Create(key.Id, id);
        await store.AddAsync(secret.KeyFor(purpose.Name, key), content, purpose.Tries, purpose.Most);
        return secret;
    }

    /// <summary>
    /// Uses up one try of the secret. Null if it is not valid, without a reason: unknown, spent, expired, out of tries,
    /// or of a revoked key.
    /// </summary>
    public async Task<TriedSecret?> TryAsync(SecretPurpose purpose, string text)
    {
        if (!SecretText.TryParse(text, out var secret) || keys.Ring.FindMacKey(secret.MacKeyId) is not { } macKey) return null;
        var key = secret.KeyFor(purpose.Name, macKey);
        return await store.TryAsync(key, clock.Now()) is { } content ? new TriedSecret(key, content) : null;
    }

    /// <summary>Makes a code of six digits. It replaces the holder's former one of this purpose.</summary>
    public async Task<string> MakeCodeAsync(SecretPurpose purpose, string holder, SecretContent content)
    {
        var code = SecretCode.Create();
        var key = SecretCode.KeyFor(purpose.Name, holder, code, keys.Ring.MacKey(clock.Now()));
        await store.AddAsync(key, content, purpose.Tries, purpose.Most);
        return code;
    }

    /// <summary>
    /// Uses up one try of the holder's code. Null if it is not valid, without a reason. It may have been made with the key of
    /// up to <paramref name="life"/> ago.
    /// </summary>
    public async Task<TriedSecret?> TryCodeAsync(SecretPurpose purpose, string holder, string code, TimeSpan life)
    {
        var now = clock.Now();
        foreach (var macKey in new[] { keys.Ring.MacKey(now), keys.Ring.MacKey(now - life) }.DistinctBy(one => one.Id))
        {
            var key = SecretCode.KeyFor(purpose.Name, holder, code, macKey);
            if (await store.TryAsync(key, now) is { } content) return new TriedSecret(key, content);
        }
        return null;
    }

    /// <summary>
    /// Spends a secret that was tried, after everything that belongs to it was right. False if another caller has spent
    /// it.
    /// </summary>
    public Task<bool> TakeAsync(TriedSecret secret) => store.TakeAsync(secret.Key, clock.Now());
}

/// <summary>A secret that was the right one and is not spent yet.</summary>
sealed record TriedSecret(SecretKey Key, SecretContent Content);
