using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>
/// The tickets of logins with a passkey: the challenge and its expiry, with a MAC. Nothing is stored for one, so strangers can
/// request as many as they like, and every node accepts those of the others. A ticket becomes single-use when its answer was
/// right: then its fingerprint is remembered.
/// </summary>
sealed class CeremonyTickets(KeyRingService keys, TimeProvider clock)
{
    const int TimeAt = 1;
    const int MacAt = TimeAt + sizeof(long);
    const int MacSize = HMACSHA256.HashSizeInBytes;
    const int StateAt = MacAt + MacSize;

    // The state has a challenge and at most one id.
    const int MaxLength = 2048;

    static ReadOnlySpan<byte> Key => "handstamp passkey ceremony"u8;

    public string Seal(CeremonyKind kind, string state)
    {
        var now = clock.Now();
        var key = keys.Ring.MacKey(now);
        var bytes = new byte[StateAt + Encoding.UTF8.GetByteCount(state)];
        bytes[0] = key.Id;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(TimeAt), (now + PasskeyCeremonies.Timeout).ToUnixTimeMilliseconds());
        Encoding.UTF8.GetBytes(state, bytes.AsSpan(StateAt));
        Authenticate(key, kind, bytes).CopyTo(bytes.AsSpan(MacAt));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Null if this service did not make it for this kind of ceremony, or if its time is over.</summary>
    public CeremonyTicket? Open(CeremonyKind kind, string? text)
    {
        if (text is null || text.Length > MaxLength || Decode(text) is not { } bytes || bytes.Length < StateAt) return null;
        if (keys.Ring.FindMacKey(bytes[0]) is not { } key) return null;
        var mac = Authenticate(key, kind, bytes);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes.AsSpan(MacAt, MacSize))) return null;
        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(TimeAt)));
        return clock.Now() < expiresAt
            ? new CeremonyTicket(Encoding.UTF8.GetString(bytes.AsSpan(StateAt)), BinaryPrimitives.ReadUInt128BigEndian(mac), expiresAt)
            : null;
    }

    static byte[] Authenticate(MacKey key, CeremonyKind kind, byte[] bytes)
    {
        byte[] input = [(byte)kind, .. bytes.AsSpan(0, MacAt), .. bytes.AsSpan(StateAt)];
        return HMACSHA256.HashData(key.DeriveKey(Key), input);
    }

    static byte[]? Decode(string text)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done ? bytes[..written] : null;
    }
}

/// <summary>What a ticket is for. One of one kind is never valid for the other.</summary>
enum CeremonyKind : byte
{
    /// <summary>A login with a passkey alone. The passkey says whose it is.</summary>
    Login = 1,

    /// <summary>The second factor of an account's login.</summary>
    SecondFactor = 2,
}

/// <summary>A ticket that this service made and whose time is not over.</summary>
/// <param name="State">What the handler wants back.</param>
/// <param name="Fingerprint">By which a used one is remembered: a MAC that only this service can make.</param>
/// <param name="ExpiresAt">Until when it is remembered.</param>
sealed record CeremonyTicket(string State, UInt128 Fingerprint, DateTimeOffset ExpiresAt);
