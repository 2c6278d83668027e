using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Handstamp.Server.Secrets;

/// <summary>
/// Single-use secrets: links, codes, invitations, half-finished sign-ins. Each operation is one conditional statement,
/// and none distinguishes a secret that never existed from one that is spent, expired or out of tries.
/// </summary>
interface ISecretStore
{
    /// <summary>
    /// Adds the secret, in place of one with the same id. If its subject then has more than <paramref name="most"/> of this purpose, those that expire
    /// first are deleted.
    /// </summary>
    Task AddAsync(SecretKey key, SecretContent content, int tries, int most);

    /// <summary>
    /// Counts a try, right or wrong, before its outcome is known. Returns the content if the secret is the right one.
    /// Null also if it has no tries left, is spent or expired, or never existed.
    /// </summary>
    Task<SecretContent?> TryAsync(SecretKey key, DateTimeOffset now);

    /// <summary>Returns the content as <see cref="TryAsync"/> does, but counts no try.</summary>
    Task<SecretContent?> FindAsync(SecretKey key, DateTimeOffset now);

    /// <summary>
    /// Spends the secret. True for exactly one of the callers that present the right one before it expires.
    /// </summary>
    Task<bool> TakeAsync(SecretKey key, DateTimeOffset now);

    /// <summary>What is kept in the row, without the secret; null if there is none, or it has expired.</summary>
    Task<SecretContent?> FindAsync(string purpose, Guid id, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Rows of the purpose whose content has something in it that is sealed under this key, also if they have expired.</summary>
    Task<IReadOnlyList<SecretRow>> ListSealedAsync(string purpose, string keyId, int limit, CancellationToken cancel);

    /// <summary>Replaces the content of a row, and what it is sealed under; false if it is no longer the one that was read.</summary>
    Task<bool> TryReplaceAsync(string purpose, SecretRow read, SecretRow by);

    /// <summary>Deletes everything of the subject.</summary>
    Task ForgetAsync(Guid subject);

    /// <summary>Deletes at most <paramref name="limit"/> expired secrets, those first that expired first.</summary>
    Task<int> SweepAsync(DateTimeOffset now, int limit);
}

/// <summary>What a secret is compared with.</summary>
/// <param name="Purpose">A secret of one purpose is never valid for another.</param>
/// <param name="Id">The id of its row. Not a secret.</param>
/// <param name="Hash">A MAC of the row and the secret: 32 bytes.</param>
sealed record SecretKey(string Purpose, Guid Id, byte[] Hash);

/// <summary>What is kept in a row, without the secret.</summary>
/// <param name="Id">Of the row.</param>
/// <param name="Payload">As in <see cref="SecretContent"/>.</param>
/// <param name="SealedUnder">As in <see cref="SecretContent"/>.</param>
sealed record SecretRow(Guid Id, byte[] Payload, string? SealedUnder);

/// <summary>What a secret stands for.</summary>
/// <param name="Subject">The number of secrets per subject is limited: usually an account.</param>
/// <param name="Payload">Data for the code that made it; at most <see cref="MaxPayload"/> bytes.</param>
/// <param name="ExpiresAt">From this moment on, it counts as never made.</param>
/// <param name="SealedUnder">
/// The sealing key of what is sealed in the data. Nothing is stored if the ring no longer has it, and it stays there as long as the row.
/// </param>
sealed record SecretContent(Guid Subject, byte[] Payload, DateTimeOffset ExpiresAt, string? SealedUnder = null)
{
    public const int MaxPayload = 4096;

    /// <summary>The data, if it has this form; null if a node of another version has stored it in another one.</summary>
    public T? Read<T>(JsonTypeInfo<T> form)
        where T : class => Read(Payload, form);

    /// <inheritdoc cref="Read{T}(JsonTypeInfo{T})"/>
    public static T? Read<T>(byte[] payload, JsonTypeInfo<T> form)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(payload, form);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
