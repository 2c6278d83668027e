using System.Text.Json;

namespace Handstamp.Server.Audit;

/// <summary>
/// Something that was done, or refused. Written in the transaction of the change, and never changed; but those that are
/// counted, which say how often and since when.
/// </summary>
sealed record Event
{
    public const int MaxDetail = 256;

    /// <summary>In the order of time.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }
    public required EventKind Kind { get; init; }
    public required Origin By { get; init; }

    /// <summary>Whose account it is about, where that is known.</summary>
    public Guid? AccountId { get; init; }

    public Guid? SessionId { get; init; }

    /// <summary>
    /// Why: what ended a session, or the code of a refusal. Null where the kind says all.
    /// </summary>
    public string? Outcome { get; init; }

    /// <summary>What else it is about: a key's id, an API's name, roles. Nothing secret.</summary>
    public string? Detail
    {
        get;
        init => field = value?.Shortened(MaxDetail);
    }

    /// <summary>How many sessions ended, or how often it happened.</summary>
    public int Count { get; init; } = 1;

    /// <summary>What it is counted under, with those of before and after; null for one that stands alone.</summary>
    public Guid? Tally { get; init; }

    /// <summary>When a counted one happened first.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>A reason as it is stored and shown.</summary>
    public static string OutcomeOf<T>(T reason) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());
}
