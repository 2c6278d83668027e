using System.Diagnostics;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts;

/// <summary>How the refusals of this folder's outcomes are answered.</summary>
static class AccountProblems
{
    public static Task WriteProblemAsync(this HttpContext context, AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.Invalid invalid => context.WriteProblemAsync(Problems.InvalidRequest, invalid.Fault),
        AccountOutcome.WeakPassword weak => context.WriteProblemAsync(Problems.PasswordTooWeak, weak.Fault),
        AccountOutcome.AddressTaken => context.WriteProblemAsync(Problems.AccountExists),
        AccountOutcome.Changed => context.WriteProblemAsync(Problems.AccountChanged),
        AccountOutcome.Busy busy => context.WriteProblemAsync(Problems.ServerBusy, retryAfter: busy.RetryAfter),
        _ => throw new UnreachableException(),
    };

    public static Task WriteProblemAsync(this HttpContext context, CredentialOutcome outcome) => outcome switch
    {
        CredentialOutcome.Malformed malformed => context.WriteProblemAsync(Problems.InvalidRequest, malformed.Fault),
        CredentialOutcome.Wrong => context.WriteProblemAsync(Problems.InvalidCredentials),
        CredentialOutcome.Disabled => context.WriteProblemAsync(Problems.AccountDisabled),
        CredentialOutcome.Throttled throttled =>
            context.WriteProblemAsync(Problems.TooManyRequests, retryAfter: throttled.Wait),
        CredentialOutcome.Busy busy => context.WriteProblemAsync(Problems.ServerBusy, retryAfter: busy.RetryAfter),
        _ => throw new UnreachableException(),
    };
}
