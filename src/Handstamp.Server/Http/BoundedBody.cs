using System.Buffers;
using System.IO.Pipelines;

namespace Handstamp.Server.Http;

/// <summary>Reads a whole body up to a limit, also if the request does not say how long it is.</summary>
static class BoundedBody
{
    /// <summary>The body; null if it is longer. The caller has to advance the reader, past the body or back to its start.</summary>
    public static async ValueTask<ReadOnlySequence<byte>?> ReadWithinAsync(this PipeReader reader, int maxLength, CancellationToken cancel)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            if (read.Buffer.Length > maxLength)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }
            if (read.IsCompleted) return read.Buffer;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
