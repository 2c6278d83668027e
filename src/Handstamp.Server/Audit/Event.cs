using System.Text.Json;
using Handstamp.Server.Outbox;

namespace Handstamp.Server.Audit;

/// <summary>
/// Something that was done or refused. It is written in the transaction of the change, and never changed. Only counted
/// events grow: they say how often something happened and since when.
/// </summary>
sealed record Event
{
    public const int MaxDetail = 256;

    /// <summary>In the order of time.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }
    public required EventKind Kind { get; init; }
    public required Origin By { get; init; }

    /// <summary>The account that it is about, if known.</summary>
    public Guid? AccountId { get; init; }

    public Guid? SessionId { get; init; }

    /// <summary>
    /// Why or how: the reason for the end of a session, the code of a refusal, or that an account was imported. Null if the kind
    /// says everything.
    /// </summary>
    public string? Outcome { get; init; }

    /// <summary>Further information: a key's id, an API's name, roles. Never a secret.</summary>
    public string? Detail
    {
        get;
        init => field = value?.Shortened(MaxDetail);
    }

    /// <summary>How many sessions ended, or how often the same thing happened.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The tally under which it is counted together with equal events; null for a single event.</summary>
    public Guid? Tally { get; init; }

    /// <summary>
    /// The message to the account's owner about it, written in the same transaction. Null if there is none. It is not read
    /// back.
    /// </summary>
    public OutboxEntry? Notice { get; init; }

    /// <summary>When a counted event happened first.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>A reason as stored and shown.</summary>
    public static string OutcomeOf<T>(T reason) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());
}
