using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts;

/// <summary>
/// What attempts are counted under. Hashed, so that the table does not list the addresses that were tried; whoever has
/// the table can still check a guess.
/// </summary>
static class ThrottleKeys
{
    public static ThrottleKey ForAccount(string subject) =>
        Derive("account"u8, Encoding.UTF8.GetBytes(subject));

    public static ThrottleKey ForNetwork(IPAddress address) =>
        Derive("network"u8, address.Network().GetAddressBytes());

    public static ThrottleKey ForLoginsOfAccount(string subject) =>
        Derive("logins of account"u8, Encoding.UTF8.GetBytes(subject));

    public static ThrottleKey ForLoginsOfNetwork(IPAddress address) =>
        Derive("logins of network"u8, address.Network().GetAddressBytes());

    public static ThrottleKey ForRegistration(IPAddress address) =>
        Derive("registration"u8, address.Network().GetAddressBytes());

    static ThrottleKey Derive(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> subject)
    {
        // A zero byte ends the kind: no kind with its subject reads as another.
        var hash = SHA256.HashData([.. kind, 0, .. subject]);
        return new ThrottleKey(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
