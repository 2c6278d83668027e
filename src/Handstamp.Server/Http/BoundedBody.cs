using System.Buffers;
using System.IO.Pipelines;

namespace Handstamp.Server.Http;

/// <summary>Reads a whole body, and holds no more of it than its limit: not every body says beforehand how long it is.</summary>
static class BoundedBody
{
    /// <summary>The body, which the caller has to advance past or leave to the next reader; null when it is longer.</summary>
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
