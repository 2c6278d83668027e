using Microsoft.Extensions.Logging;

namespace Handstamp.Storage.Sqlite.Engine;

static partial class WriterLog
{
    [LoggerMessage(8007, LogLevel.Critical,
        "{File}, its -wal or its -shm was deleted or replaced while the service runs. Everything that was acknowledged is "
        + "in {File}. Nothing more is written, and writes are answered 503. Start the service again.")]
    public static partial void FilesLost(ILogger logger, string file);

    [LoggerMessage(8008, LogLevel.Critical,
        "{File}, its -wal or its -shm was deleted or replaced while the service runs. What was acknowledged is in files "
        + "that this process {Process} alone has open, and is lost when it ends. Nothing more is written, and writes "
        + "are answered 503. Before you stop it, see \"When files are deleted\" in docs/guide/operating.md.")]
    public static partial void DataLost(ILogger logger, string file, int process);
}
