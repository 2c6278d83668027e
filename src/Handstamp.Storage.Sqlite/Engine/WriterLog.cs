using Microsoft.Extensions.Logging;

namespace Handstamp.Storage.Sqlite.Engine;

static partial class WriterLog
{
    [LoggerMessage(8007, LogLevel.Critical,
        "{File}, its -wal or its -shm was deleted or replaced while the service runs. Everything that was acknowledged is "
        + "in {File}. Nothing more is written, and writes get 503. Restart the service.")]
    public static partial void FilesLost(ILogger logger, string file);

    [LoggerMessage(8008, LogLevel.Critical,
        "{File}, its -wal or its -shm was deleted or replaced while the service runs. What was acknowledged is only in files "
        + "that this process {Process} has open, and is lost when the process ends. Nothing more is written, and writes "
        + "get 503. Before you stop the process, see \"When files are deleted\" in docs/guide/operating.md.")]
    public static partial void DataLost(ILogger logger, string file, int process);
}
