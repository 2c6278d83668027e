using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>
/// A mail that waits in the outbox. It contains neither its text nor a link: the account is looked up, and the link is
/// made, when the mail is sent. So the table contains no secret, and a request for an unknown address is the same work
/// as one for a known address.
/// </summary>
sealed record MailRequest
{
    public required MailKind Kind { get; init; }

    /// <summary>The canonical address for which somebody requests the mail; null if it goes to the account.</summary>
    public string? Email { get; init; }

    public Guid? AccountId { get; init; }

    /// <summary>The address as its owner wrote it, if it is not that of the account: one that replaces it, or that it has replaced.</summary>
    public string? To { get; init; }

    /// <summary>The account's stamp when the mail was requested, if it must not have changed when the mail is sent.</summary>
    public string? SecurityStamp { get; init; }

    /// <summary>The invitation that the mail brings. Without it there is nothing to send.</summary>
    public Guid? InvitationId { get; init; }

    public string? Languages { get; init; }

    public string? Address { get; init; }

    /// <summary>A mail to the owner of this address, at the request of <paramref name="by"/>.</summary>
    public static MailRequest For(MailKind kind, string canonical, Origin by) => Of(kind, by) with { Email = canonical };

    /// <summary>A mail for the owner of the account, about something that <paramref name="by"/> has done.</summary>
    public static MailRequest For(MailKind kind, Guid accountId, Origin by) => Of(kind, by) with { AccountId = accountId };

    /// <summary>Null if a node of another version has stored it in another form.</summary>
    public static MailRequest? Read(byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, MailRequestJson.Default.MailRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public OutboxEntry ToEntry(DateTimeOffset now) => new()
    {
        Id = EventId.At(now),
        Channel = MailChannel.ChannelName,
        // A server that accepts no mail for one address must not hold up those to another.
        Lane = To is null ? Email ?? AccountId.ToString()! : EmailAddress.Canonical(To),
        Payload = JsonSerializer.SerializeToUtf8Bytes(this, MailRequestJson.Default.MailRequest),
        CreatedAt = now,
    };

    static MailRequest Of(MailKind kind, Origin by) => new()
    {
        Kind = kind,
        Languages = by.Languages,
        // Not the user agent: the text of a stranger would be read as the service's own.
        Address = by.Address?.ToString(),
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(MailRequest))]
sealed partial class MailRequestJson : JsonSerializerContext;
