using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Keys;

static partial class KeyLog
{
    [LoggerMessage(1000, LogLevel.Information, "Key ring version {Version} read: {Count} keys")]
    public static partial void RingRead(ILogger log, long version, int count);

    [LoggerMessage(1001, LogLevel.Error, "The key ring could not be read or renewed; the keys in memory stay in use")]
    public static partial void RingNotRead(ILogger log, Exception exception);

    [LoggerMessage(1002, LogLevel.Error,
        "The key {KeyId} was revoked, and the database has it alive: it was put back to an earlier time. The key is revoked again")]
    public static partial void RevokedAgain(ILogger log, string keyId);

    [LoggerMessage(1003, LogLevel.Warning, "{File} could not be read or written: a restore may bring a revoked key back")]
    public static partial void RevokedKeysNotKept(ILogger log, string file, Exception exception);

    [LoggerMessage(1004, LogLevel.Warning,
        "The key ring was sealed under another master key. The keys in memory stay in use, and none is made here. Restart this node with the new master key")]
    public static partial void SealedElsewhere(ILogger log);

    [LoggerMessage(1005, LogLevel.Error,
        "The key {KeyId} can't be opened here, for it was sealed under another master key. Restart this node with the new master key now")]
    public static partial void KeyNotOpened(ILogger log, string keyId);

    [LoggerMessage(1006, LogLevel.Warning,
        "{File} could be read by others (mode {Mode}) and has the mode 0600 now. If somebody may have read it, change the master key: docs/guide/keys.md")]
    public static partial void MasterKeyWasOpen(ILogger log, string file, UnixFileMode mode);
}
