using System.Diagnostics;
using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts;

/// <summary>The answers for the refusals of this folder's outcomes.</summary>
static class AccountProblems
{
    public static Refusal InvalidEmail(string fault) => new(Problems.InvalidRequest, fault) { Field = "email" };

    public static Refusal ToRefusal(this AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.Invalid invalid => new(Problems.InvalidRequest, invalid.Fault) { Field = invalid.Field },
        AccountOutcome.WeakPassword weak => weak.Fault.ToRefusal(),
        AccountOutcome.AddressTaken => new(Problems.AccountExists),
        AccountOutcome.UsernameTaken => new(Problems.UsernameTaken),
        AccountOutcome.Changed => new(Problems.AccountChanged),
        AccountOutcome.Throttled throttled => new(Problems.TooManyRequests, RetryAfter: throttled.Wait),
        AccountOutcome.Busy busy => new(Problems.ServerBusy, RetryAfter: busy.RetryAfter),
        _ => throw new UnreachableException(),
    };

    public static Refusal ToRefusal(this CredentialOutcome outcome) => outcome switch
    {
        CredentialOutcome.Malformed malformed => new(Problems.InvalidRequest, malformed.Fault) { Field = malformed.Field },
        CredentialOutcome.Wrong => new(Problems.InvalidCredentials),
        CredentialOutcome.NotVerified => new(Problems.EmailNotVerified),
        CredentialOutcome.Disabled => new(Problems.AccountDisabled),
        CredentialOutcome.Throttled throttled => new(Problems.TooManyRequests, RetryAfter: throttled.Wait),
        CredentialOutcome.Locked => new(Problems.UnknownDeviceLocked),
        CredentialOutcome.Busy busy => new(Problems.ServerBusy, RetryAfter: busy.RetryAfter),
        CredentialOutcome.NotKnown notKnown => new(Problems.FormerSystemUnavailable, RetryAfter: notKnown.RetryAfter),
        _ => throw new UnreachableException(),
    };
}
