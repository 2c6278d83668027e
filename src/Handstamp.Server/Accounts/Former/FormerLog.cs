using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts.Former;

/// <summary>The log lines about the former system, 3170 to 3189. They contain nothing that was sent to it.</summary>
static partial class FormerLog
{
    [LoggerMessage(3170, LogLevel.Warning,
        "The former system could not check the password of account {AccountId}: {Reason}.")]
    public static partial void PasswordNotChecked(this ILogger log, Guid accountId, string reason);

    [LoggerMessage(3171, LogLevel.Warning,
        "Only the former system knows the password of account {AccountId}, and it is not asked: FormerSystem:PasswordUrl is not set, or FormerSystem:Until is over. Every password is wrong until it is set again: docs/guide/former-system.md")]
    public static partial void NobodyToAsk(this ILogger log, Guid accountId);

    [LoggerMessage(3173, LogLevel.Warning, "The former system could not check a refresh token: {Reason}.")]
    public static partial void SessionNotChecked(this ILogger log, string reason);

    [LoggerMessage(3174, LogLevel.Warning, "The former system has named an account of a refresh token that does not exist here.")]
    public static partial void NoSuchAccount(this ILogger log);

    [LoggerMessage(3172, LogLevel.Information, "The password of account {AccountId} has come along from the former system.")]
    public static partial void PasswordCameAlong(this ILogger log, Guid accountId);
}
