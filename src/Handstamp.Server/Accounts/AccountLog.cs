using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts;

/// <summary>The log lines of this folder, 2000 to 2099. They name accounts by id, never by address.</summary>
static partial class AccountLog
{
    [LoggerMessage(2000, LogLevel.Information, "Account {AccountId} was added.")]
    public static partial void AccountAdded(this ILogger log, Guid accountId);

    [LoggerMessage(2001, LogLevel.Information, "Account {AccountId} has a new password; its sessions have ended.")]
    public static partial void PasswordChanged(this ILogger log, Guid accountId);

    [LoggerMessage(2002, LogLevel.Information, "Account {AccountId} was disabled; its sessions have ended.")]
    public static partial void AccountDisabled(this ILogger log, Guid accountId);

    [LoggerMessage(2003, LogLevel.Information, "Account {AccountId} was enabled.")]
    public static partial void AccountEnabled(this ILogger log, Guid accountId);

    [LoggerMessage(2004, LogLevel.Information, "Account {AccountId} was deleted; its sessions have ended.")]
    public static partial void AccountDeleted(this ILogger log, Guid accountId);

    [LoggerMessage(2005, LogLevel.Information, "Account {AccountId} has other roles or claims.")]
    public static partial void ClaimsChanged(this ILogger log, Guid accountId);

    [LoggerMessage(2006, LogLevel.Information, "The password of account {AccountId} was hashed anew.")]
    public static partial void HashRenewed(this ILogger log, Guid accountId);

    [LoggerMessage(2007, LogLevel.Warning, "Old counters of attempts could not be deleted; the next round will.")]
    public static partial void SweepFailed(this ILogger log, Exception exception);
}
