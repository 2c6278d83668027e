using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Postgres.Audit;

/// <summary>
/// A counted event as one statement reads many of them. They are bound as one JSON text, because the driver is linked without
/// support for arrays.
/// </summary>
sealed record CountedEvent(
    Guid Id, long At, int Kind, int Actor, string? ActorId, Guid? AccountId, Guid? SessionId, string? Address, string? UserAgent,
    string? Outcome, string? Detail, int Count, Guid? Tally, long? Since)
{
    public static string ToJson(IReadOnlyList<Event> events) =>
        JsonSerializer.Serialize([.. events.Select(Of)], CountedEventJson.Default.CountedEventArray);

    static CountedEvent Of(Event counted) => new(
        counted.Id, counted.At.ToUnixTimeMilliseconds(), (int)counted.Kind, (int)counted.By.Actor.Kind, counted.By.Actor.Id,
        counted.AccountId, counted.SessionId, counted.By.Address is { } address ? Convert.ToHexString(address.GetAddressBytes()) : null,
        counted.By.UserAgent, counted.Outcome, counted.Detail, counted.Count, counted.Tally, counted.Since?.ToUnixTimeMilliseconds());
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CountedEvent[]))]
sealed partial class CountedEventJson : JsonSerializerContext;
