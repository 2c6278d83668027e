using System.Formats.Cbor;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>
/// What the handler does not return of an answer that it has verified: a flag, and the model of the authenticator
/// (WebAuthn §6.1).
/// </summary>
static class AuthenticatorData
{
    const int FlagsAt = 32;
    const byte UserPresent = 0x01;
    const byte UserVerified = 0x04;
    const int AaguidAt = FlagsAt + 1 + 4;
    const int WithAaguid = AaguidAt + 16;

    const string Member = "authData";

    /// <summary>Whether the authenticator has verified the user, in data that the handler has accepted.</summary>
    public static bool HasVerifiedUser(byte[] data) => (data[FlagsAt] & UserVerified) != 0;

    /// <summary>The AAGUID in an attestation object that the handler has accepted.</summary>
    public static Guid AaguidOf(byte[] attestationObject) =>
        new(Read(attestationObject).AsSpan(AaguidAt, WithAaguid - AaguidAt), bigEndian: true);

    /// <summary>
    /// The attestation object of a passkey that the browser has made by itself, as if the user had been present. The handler
    /// of .NET 10 refuses it otherwise, and the flag has no meaning there (WebAuthn §7.1, step 15). Nothing signs it: the
    /// attestation is "none". Null if the bytes cannot be read; the handler then says so.
    /// </summary>
    public static byte[]? WithUserPresent(byte[] attestationObject)
    {
        try
        {
            var data = Read(attestationObject);
            if (data.Length <= FlagsAt) return null;
            data[FlagsAt] |= UserPresent;
            return Write(data);
        }
        catch (Exception fault) when (fault is CborContentException or InvalidOperationException)
        {
            return null;
        }
    }

    static byte[] Read(byte[] attestationObject)
    {
        var reader = new CborReader(attestationObject, CborConformanceMode.Ctap2Canonical);
        reader.ReadStartMap();
        while (reader.PeekState() == CborReaderState.TextString)
        {
            if (reader.ReadTextString() == Member) return reader.ReadByteString();
            reader.SkipValue();
        }
        throw new CborContentException("The attestation object has no authenticator data.");
    }

    static byte[] Write(byte[] data)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(3);
        writer.WriteTextString("fmt");
        writer.WriteTextString("none");
        writer.WriteTextString("attStmt");
        writer.WriteStartMap(0);
        writer.WriteEndMap();
        writer.WriteTextString(Member);
        writer.WriteByteString(data);
        writer.WriteEndMap();
        return writer.Encode();
    }
}
