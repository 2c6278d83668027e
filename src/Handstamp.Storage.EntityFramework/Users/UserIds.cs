using System.Security.Cryptography;
using System.Text;

namespace Handstamp.Storage.EntityFramework.Users;

/// <summary>An app's own id of a user, as text, and the GUID by which everything else names the account.</summary>
static class UserIds
{
    const int Length = 16;

    /// <summary>
    /// The id itself if it is a GUID as .NET writes it; otherwise one that is derived from it: a UUID of version 8 (RFC 9562 §5.8).
    /// Another spelling of a GUID may be the id of another user.
    /// </summary>
    public static Guid ToAccountId(string userId) =>
        Guid.TryParseExact(userId, "D", out var id) && id.ToString() == userId ? id : Derive(userId);

    /// <summary>The subject of a session; null if the account says the same.</summary>
    public static string? ToSubject(string userId, Guid accountId) => userId == accountId.ToString() ? null : userId;

    static Guid Derive(string userId)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(userId)).AsSpan(0, Length);
        bytes[6] = (byte)(0x80 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return new Guid(bytes, bigEndian: true);
    }
}
