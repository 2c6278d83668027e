using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts;

/// <summary>The log lines of this folder, 2000 to 2099. They name accounts by id, never by address.</summary>
static partial class AccountLog
{
    [LoggerMessage(2006, LogLevel.Information, "The password of account {AccountId} was rehashed.")]
    public static partial void HashRenewed(this ILogger log, Guid accountId);

    [LoggerMessage(2007, LogLevel.Warning, "Old attempt counters could not be deleted; the next round tries again.")]
    public static partial void SweepFailed(this ILogger log, Exception exception);

    [LoggerMessage(2008, LogLevel.Error,
        "The list of breached passwords {File} cannot be used: {Reason}. New passwords are not compared with it until it can.")]
    public static partial void BreachedFileUnusable(this ILogger log, string file, string reason);

    [LoggerMessage(2009, LogLevel.Warning,
        "The sealed password hash of account {AccountId} cannot be opened, because its key is lost or the row was changed. Every password is wrong until it is set again: docs/guide/keys.md")]
    public static partial void HashNotOpened(this ILogger log, Guid accountId);

    [LoggerMessage(2010, LogLevel.Warning, "Sealing keys that nothing needs any more could not be deleted; the next round tries again.")]
    public static partial void SealsNotSwept(this ILogger log, Exception exception);
}
