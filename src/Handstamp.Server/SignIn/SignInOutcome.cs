using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions;

namespace Handstamp.Server.SignIn;

/// <summary>The state of a sign-in after a step.</summary>
abstract record SignInOutcome
{
    SignInOutcome() { }

    /// <summary>No further factor is required.</summary>
    public sealed record Granted(Grant Grant) : SignInOutcome;

    /// <summary>One of these factors has to be given next, with this ticket.</summary>
    public sealed record Due(SecretText Ticket, IReadOnlyList<string> Factors) : SignInOutcome
    {
        /// <summary>Whether the account has none of them, and has to add one to log in.</summary>
        public bool IsEnrolment { get; init; }

        /// <summary>When the account is deleted, if the person has to say that it is kept; otherwise null.</summary>
        public DateTimeOffset? DeleteAt { get; init; }
    }

    /// <summary>This step failed. Unless the ticket is over, another answer can be given with it.</summary>
    public sealed record Refused(Refusal Refusal) : SignInOutcome;
}
