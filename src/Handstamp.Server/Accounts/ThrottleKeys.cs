using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts;

/// <summary>
/// The keys under which attempts count. They are hashed, so that the table does not list the addresses that were tried.
/// But a person who has the table can check a guess.
/// </summary>
static class ThrottleKeys
{
    public static ThrottleKey ForAccount(string subject) =>
        Derive("account"u8, Encoding.UTF8.GetBytes(subject));

    public static ThrottleKey ForNetwork(IPAddress address) =>
        Derive("network"u8, address.Network().GetAddressBytes());

    public static ThrottleKey ForDevice(ReadOnlySpan<byte> number, string subject) =>
        Derive("device"u8, [.. number, .. Encoding.UTF8.GetBytes(subject)]);

    public static ThrottleKey ForKnownDevices(string subject) =>
        Derive("known devices"u8, Encoding.UTF8.GetBytes(subject));

    public static ThrottleKey ForUnknownDevices(string subject) =>
        Derive("unknown devices"u8, Encoding.UTF8.GetBytes(subject));

    public static ThrottleKey ForLoginsOfAccount(string subject) =>
        Derive("logins of account"u8, Encoding.UTF8.GetBytes(subject));

    public static ThrottleKey ForLoginsOfNetwork(IPAddress address) =>
        Derive("logins of network"u8, address.Network().GetAddressBytes());

    public static ThrottleKey ForRegistration(IPAddress address) =>
        Derive("registration"u8, address.Network().GetAddressBytes());

    public static ThrottleKey ForFormerTokensOf(IPAddress address) =>
        Derive("former tokens of network"u8, address.Network().GetAddressBytes());

    public static ThrottleKey ForMailsTo(string canonical) =>
        Derive("mails to address"u8, Encoding.UTF8.GetBytes(canonical));

    public static ThrottleKey ForMailsOf(IPAddress address) =>
        Derive("mails of network"u8, address.Network().GetAddressBytes());

    public static ThrottleKey ForNoticesTo(Guid account) =>
        Derive("notices to account"u8, account.ToByteArray());

    public static ThrottleKey ForLoginNoticesTo(Guid account) =>
        Derive("login notices to account"u8, account.ToByteArray());

    public static ThrottleKey ForEmailChangesOf(Guid account) =>
        Derive("email changes of account"u8, account.ToByteArray());

    public static ThrottleKey ForDeletionsOf(Guid account) =>
        Derive("deletions of account"u8, account.ToByteArray());

    public static ThrottleKey ForExportsOf(Guid account) =>
        Derive("exports of account"u8, account.ToByteArray());

    public static ThrottleKey ForCodesOf(string canonical) =>
        Derive("codes of address"u8, Encoding.UTF8.GetBytes(canonical));

    public static ThrottleKey ForCodesOf(Guid account) =>
        Derive("codes of account"u8, account.ToByteArray());

    static ThrottleKey Derive(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> subject)
    {
        // A zero byte ends the kind, so that no kind can be read as the beginning of another one.
        var hash = SHA256.HashData([.. kind, 0, .. subject]);
        return new ThrottleKey(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
