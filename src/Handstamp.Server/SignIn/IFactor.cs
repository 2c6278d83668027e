using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.SignIn;

/// <summary>
/// One way for a person to prove who they are. A service: each registered one takes part in every sign-in.
/// </summary>
interface IFactor
{
    /// <summary>The name of the factor in an answer.</summary>
    string Name { get; }

    /// <summary>The values that it adds to <c>amr</c>, as RFC 8176 names them.</summary>
    IReadOnlyList<string> Methods { get; }

    /// <summary>
    /// Whether the account has it as a second factor. Never, if it can only be a first one: a password, a mail, a login
    /// at another service.
    /// </summary>
    ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel);

    /// <summary>
    /// Verifies an answer. At the beginning <paramref name="attempt"/> is null. Then the answer also has to say who the
    /// person is, and a factor that cannot tell refuses.
    /// At the beginning the factor itself records a refusal in the audit trail, because only the factor knows whose account it
    /// is. Later <see cref="SignInAttempts"/> does.
    /// </summary>
    Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel);
}

/// <summary>A person's answer to a factor. A class and not a record: its text must not show the answer.</summary>
sealed class FactorAnswer
{
    public required string Factor { get; init; }

    /// <summary>The name that the person gives; null if the attempt or the factor knows it.</summary>
    public string? Identifier { get; init; }

    /// <summary>The password, the code, the assertion.</summary>
    public required string Value { get; init; }

    /// <summary>The ticket of the ceremony that a passkey answers.</summary>
    public string? Ceremony { get; init; }

    /// <summary>The device tokens that come with the answer.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Who gives the answer, and from where.</summary>
    public required Origin By { get; init; }
}

/// <summary>The result for an answer.</summary>
abstract record FactorOutcome
{
    FactorOutcome() { }

    /// <summary>
    /// The person is the owner of this account, which had this security stamp when the answer was verified.
    /// </summary>
    public sealed record Right(Guid AccountId, string SecurityStamp) : FactorOutcome
    {
        /// <summary>What this answer adds to <c>amr</c>, if that is not always the same for the factor.</summary>
        public IReadOnlyList<string>? Methods { get; init; }

        /// <summary>When the person has shown it, if that was long before.</summary>
        public DateTimeOffset? At { get; init; }

        /// <summary>As the first factor it needs no second one: a passkey that has verified its user.</summary>
        public bool IsEnough { get; init; }
    }

    public sealed record Refused(Refusal Refusal) : FactorOutcome;
}
