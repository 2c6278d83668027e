using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Keys;

static partial class KeyLog
{
    [LoggerMessage(1000, LogLevel.Information, "Key ring version {Version} read: {Count} keys")]
    public static partial void RingRead(ILogger log, long version, int count);

    [LoggerMessage(1001, LogLevel.Error, "The key ring could not be read or renewed; the keys in memory stay in use")]
    public static partial void RingNotRead(ILogger log, Exception exception);

    [LoggerMessage(1002, LogLevel.Error,
        "The key {KeyId} was revoked, but is valid in the database, which was restored to an earlier time. The key is revoked again")]
    public static partial void RevokedAgain(ILogger log, string keyId);

    [LoggerMessage(1003, LogLevel.Warning, "{File} could not be read or written: a restore may bring a revoked key back")]
    public static partial void RevokedKeysNotKept(ILogger log, string file, Exception exception);

    [LoggerMessage(1004, LogLevel.Warning,
        "The key ring was encrypted under another master key. This node continues with the keys in its memory, and makes no new ones. Restart it with the new master key")]
    public static partial void SealedElsewhere(ILogger log);

    [LoggerMessage(1005, LogLevel.Error,
        "This node cannot open the key {KeyId}, which was encrypted under another master key. Restart this node with the new master key now")]
    public static partial void KeyNotOpened(ILogger log, string keyId);

    [LoggerMessage(1006, LogLevel.Warning,
        "Other users could read {File} (mode {Mode}). Its mode is now 0600. If anyone may have read the file, change the master key: docs/guide/keys.md")]
    public static partial void MasterKeyWasOpen(ILogger log, string file, UnixFileMode mode);
}
