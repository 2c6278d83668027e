using System.Buffers.Binary;
using System.Security.Cryptography;
using Handstamp.Server.Sessions.Dpop;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Identity.Passkeys;

/// <summary>
/// The challenges that were answered. Identity keeps a challenge only in a cookie, so a copy of the cookie and of its answer would work
/// until the cookie expires: many authenticators have no counter.
/// </summary>
sealed class UsedChallenges(IProofStore used)
{
    static ReadOnlySpan<byte> Purpose => "handstamp passkey challenge"u8;

    /// <summary>
    /// Whether this is the first right answer to the challenge, on all nodes. Call it only when Identity has accepted the credential:
    /// then only somebody who holds a passkey can add a row.
    /// </summary>
    public async Task<bool> TryUseAsync(HttpContext context, string credential)
    {
        var cookie = await context.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme);
        return await used.TryUseAsync(FingerprintOf(credential), cookie.Properties?.ExpiresUtc ?? DateTimeOffset.MaxValue);
    }

    static UInt128 FingerprintOf(string credential) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData([.. Purpose, .. Credentials.ChallengeOf(credential)]));
}
