using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>
/// Registrations whose address has to be verified before there is an account. One is kept for each address, also for one
/// that has an account, so that neither the registration nor a login after it shows which it is.
/// </summary>
sealed class PendingRegistrations(ISecretStore secrets, TimeProvider clock)
{
    /// <summary>After this time it counts as never made.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(1);

    const string Purpose = "registration";
    const int Batch = 50;

    /// <summary>The row of the address.</summary>
    public static Guid IdOf(string canonical) => new(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)).AsSpan(0, 16), bigEndian: true);

    /// <summary>Keeps it, in place of the former one of its address.</summary>
    public Task KeepAsync(PendingRegistration registration)
    {
        var id = registration.Row;
        // Nobody has a secret with this MAC: the row is not one to be tried.
        var key = new SecretKey(Purpose, id, RandomNumberGenerator.GetBytes(32));
        var content = new SecretContent(id, Write(registration), clock.Now() + Life, PasswordSeal.KeyOf(registration.PasswordHash));
        return secrets.AddAsync(key, content, tries: 0, most: 1);
    }

    public async Task<PendingRegistration?> FindAsync(Guid id, CancellationToken cancel) =>
        await secrets.FindAsync(Purpose, id, clock.Now(), cancel) is { } content
            ? content.Read(PendingRegistrationJson.Default.PendingRegistration)
            : null;

    /// <summary>
    /// Renews every stored hash that is sealed under the key, which its renewed form must not be. A registration whose hash cannot be
    /// renewed is deleted: nobody could verify it.
    /// </summary>
    public async Task RehashAsync(string keyId, Func<PendingRegistration, string?> renew, CancellationToken cancel)
    {
        while (await secrets.ListSealedAsync(Purpose, keyId, Batch, cancel) is { Count: > 0 } rows)
            foreach (var row in rows)
            {
                cancel.ThrowIfCancellationRequested();
                if (SecretContent.Read(row.Payload, PendingRegistrationJson.Default.PendingRegistration) is { } registration && renew(registration) is { } hash)
                    await secrets.TryReplaceAsync(Purpose, row, new SecretRow(row.Id, Write(registration.With(hash)), PasswordSeal.KeyOf(hash)));
                else await ForgetAsync(row.Id);
            }
    }

    /// <summary>Deletes it, with the secrets of its mails.</summary>
    public Task ForgetAsync(Guid id) => secrets.ForgetAsync(id);

    static byte[] Write(PendingRegistration registration) =>
        JsonSerializer.SerializeToUtf8Bytes(registration, PendingRegistrationJson.Default.PendingRegistration);
}

/// <summary>What a person has registered with. A class and not a record: its text must not show the hash.</summary>
sealed class PendingRegistration
{
    /// <summary>As the person wrote it.</summary>
    public required string Email { get; init; }

    /// <summary>If it is sealed, it is so for <see cref="Row"/>.</summary>
    public required string PasswordHash { get; init; }

    /// <summary>The account's first stamp. The secrets of a mail belong to one registration, and name it by this.</summary>
    public required string SecurityStamp { get; init; }

    public AcceptedTerms? Terms { get; init; }

    public PendingRegistration With(string hash) =>
        new() { Email = Email, PasswordHash = hash, SecurityStamp = SecurityStamp, Terms = Terms };

    [JsonIgnore]
    public Guid Row => PendingRegistrations.IdOf(EmailAddress.Canonical(Email));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PendingRegistration))]
sealed partial class PendingRegistrationJson : JsonSerializerContext;
