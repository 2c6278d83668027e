using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Postgres.Audit;

/// <summary>
/// An event as one statement reads many of them. They are bound as one JSON text, because the driver is linked without
/// support for arrays.
/// </summary>
sealed record ListedEvent(
    Guid Id, long At, int Kind, int Actor, string? ActorId, Guid? AccountId, Guid? SessionId, string? Address, string? UserAgent,
    string? Outcome, string? Detail, int Count, Guid? Tally, long? Since)
{
    public static string ToJson(IReadOnlyList<Event> events) =>
        JsonSerializer.Serialize([.. events.Select(Of)], ListedEventJson.Default.ListedEventArray);

    static ListedEvent Of(Event listed) => new(
        listed.Id, listed.At.ToUnixTimeMilliseconds(), (int)listed.Kind, (int)listed.By.Actor.Kind, listed.By.Actor.Id,
        listed.AccountId, listed.SessionId, listed.By.Address is { } address ? Convert.ToHexString(address.GetAddressBytes()) : null,
        listed.By.UserAgent, listed.Outcome, listed.Detail, listed.Count, listed.Tally, listed.Since?.ToUnixTimeMilliseconds());
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListedEvent[]))]
sealed partial class ListedEventJson : JsonSerializerContext;
