using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.Sessions;

/// <summary>A sign that two parties use one session. Only the last one is a proof.</summary>
enum SharingSign
{
    /// <summary>The session is used from one place, then from another, and soon from the first one again.</summary>
    AlternatingSource,

    /// <summary>A late retry, although the successor that the previous one got has not been used yet.</summary>
    RepeatedLateRetry,

    /// <summary>
    /// A successor is presented after its sibling was used. This is a reuse as well, and ends the session.
    /// </summary>
    PassedOver,
}

/// <summary>What a session's row stores to notice the signs.</summary>
/// <param name="Source">
/// Where it was last used from; null, like the others, in a row that is older than these columns.
/// </param>
/// <param name="OtherSource">Where it was used from before that.</param>
/// <param name="SourceChangedAt">When it was first used from the last place.</param>
/// <param name="Count">The number of signs.</param>
/// <param name="At">When the last sign was.</param>
readonly record struct SuspectedSharing(
    int? Source, int? OtherSource, DateTimeOffset? SourceChangedAt, int Count = 0, DateTimeOffset? At = null);

/// <summary>The source of a request for tokens, as far as the request shows it.</summary>
/// <param name="Source">
/// A fingerprint of the network and the user agent. Not secret, and too short to identify anyone.
/// </param>
/// <param name="Alternation">A return to an earlier source within this time is a sign.</param>
/// <param name="Origin">The information for an event, if there is one.</param>
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
        // The length comes first, so that no network with its user agent looks like another one.
        text[0] = (byte)length++;
        length += Encoding.UTF8.GetBytes(agent, text[length..]);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return BinaryPrimitives.ReadInt32BigEndian(hash);
    }
}
