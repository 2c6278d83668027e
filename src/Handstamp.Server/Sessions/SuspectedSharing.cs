using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.Sessions;

/// <summary>A sign that two parties use one session. Only the last is a proof.</summary>
enum SharingSign
{
    /// <summary>It is used from one place, from another, and soon from the first again.</summary>
    AlternatingSource,

    /// <summary>A late retry, although the successor that the one before got is not used yet.</summary>
    RepeatedLateRetry,

    /// <summary>A successor is shown after a sibling of it was used. That is a reuse as well, and ends it.</summary>
    PassedOver,
}

/// <summary>What a session's row remembers to notice the signs.</summary>
/// <param name="Source">Where it was used from last; null, as the others, in a row that is older than this memory.</param>
/// <param name="OtherSource">Where it was used from before it came from there.</param>
/// <param name="SourceChangedAt">When it came from there first.</param>
/// <param name="Count">How many signs there were.</param>
/// <param name="At">When the last one was.</param>
readonly record struct SuspectedSharing(
    int? Source, int? OtherSource, DateTimeOffset? SourceChangedAt, int Count = 0, DateTimeOffset? At = null);

/// <summary>Who asks for tokens, as far as a request tells.</summary>
/// <param name="Source">A fingerprint of the network and the user agent. Not secret, and too short to name anybody.</param>
/// <param name="Alternation">A return to an earlier source within this time is a sign.</param>
/// <param name="Origin">What an event says of it, if there is one.</param>
readonly record struct Use(int Source, TimeSpan Alternation, Origin Origin = default)
{
    const int MaxUserAgent = Audit.Origin.MaxUserAgent;
    const int MaxAddressBytes = 16;

    public static int SourceOf(Origin origin)
    {
        var agent = origin.UserAgent.AsSpan();
        if (agent.Length > MaxUserAgent) agent = agent[..MaxUserAgent];

        Span<byte> text = stackalloc byte[1 + MaxAddressBytes + Encoding.UTF8.GetMaxByteCount(MaxUserAgent)];
        var length = 0;
        origin.Address?.Network().TryWriteBytes(text[1..], out length);
        // The length first: no network with its agent reads as another.
        text[0] = (byte)length++;
        length += Encoding.UTF8.GetBytes(agent, text[length..]);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return BinaryPrimitives.ReadInt32BigEndian(hash);
    }
}
