using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.SignIn;

/// <summary>
/// One way for a person to show who they are. A service: each that is registered takes part in every sign-in.
/// </summary>
interface IFactor
{
    /// <summary>How an answer names it.</summary>
    string Name { get; }

    /// <summary>What it adds to <c>amr</c>, as RFC 8176 names it.</summary>
    IReadOnlyList<string> Methods { get; }

    /// <summary>Whether the account has to give it in this attempt, after what it has given.</summary>
    ValueTask<bool> IsDueAsync(SignInAttempt attempt, CancellationToken cancel);

    /// <summary>
    /// Verifies an answer. <paramref name="attempt"/> is null at the beginning: then the answer has to say who it is as
    /// well, and a factor that can't tell refuses. At the beginning the factor records a refusal in the audit trail itself,
    /// because only the factor knows whose account it is; later <see cref="SignInAttempts"/> does.
    /// </summary>
    Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel);
}

/// <summary>What somebody answers to a factor. A class and not a record: its text must not show it.</summary>
sealed class FactorAnswer
{
    public required string Factor { get; init; }

    /// <summary>Who they say they are; null where an attempt or the factor knows.</summary>
    public string? Identifier { get; init; }

    /// <summary>The password, the code, the assertion.</summary>
    public required string Value { get; init; }

    /// <summary>Who gives it, and from where.</summary>
    public required Origin By { get; init; }
}

/// <summary>What came of an answer.</summary>
abstract record FactorOutcome
{
    FactorOutcome() { }

    /// <summary>It is the holder of this account, which had this security stamp when the answer was verified.</summary>
    public sealed record Right(Guid AccountId, string SecurityStamp) : FactorOutcome;

    public sealed record Refused(Refusal Refusal) : FactorOutcome;
}
