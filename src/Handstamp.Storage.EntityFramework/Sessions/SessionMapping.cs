using System.Net;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Storage.EntityFramework.Rows;
using Handstamp.Storage.EntityFramework.Users;

namespace Handstamp.Storage.EntityFramework.Sessions;

/// <summary>Between a session and its row.</summary>
static class SessionMapping
{
    public static Session ToSession(this SessionRow row) => new()
    {
        Id = row.Id,
        AccountId = row.AccountId,
        Subject = UserIds.ToSubject(row.UserId, row.AccountId),
        Rotation = row.State(),
        MacKeyId = KeyFactory.MacId(row.MacKey),
        Transport = (SessionTransport)row.Transport,
        IdleExpiresAt = Time.Of(row.IdleExpiresAt),
        ExpiresAt = Time.Of(row.ExpiresAt),
        ClientId = row.ClientId,
        KeyThumbprint = row.KeyThumbprint,
        AuthenticationMethods = row.Methods,
        AuthenticatedAt = Time.Of(row.AuthenticatedAt),
        Scope = row.Scope,
        Audience = row.Audience,
        IsTemporary = row.IsTemporary,
        SuspectedSharing = new SuspectedSharing(
            row.Source, row.OtherSource, Time.Of(row.SourceChangedAt), row.Signs, Time.Of(row.SignAt)),
    };

    public static RotationState State(this SessionRow row) => new(row.Seen, row.First, row.Last, Time.Of(row.IssuedAt), row.SeenBefore);

    public static ListedSession ToListed(this SessionRow row) => new(row.ToSession(), new SessionDevice
    {
        CreatedAt = Time.Of(row.CreatedAt),
        Name = row.DeviceName,
        UserAgent = row.UserAgent,
        Address = AddressOf(row.Address),
    });

    public static IPAddress? AddressOf(byte[]? bytes) => bytes is null ? null : new IPAddress(bytes);

    public static SessionRow ToRow(this Session session, SessionDevice device, string stamp)
    {
        var row = new SessionRow
        {
            Id = session.Id,
            AccountId = session.AccountId,
            UserId = session.UserId(),
            SecurityStamp = stamp,
            MacKey = KeyFactory.MacName(session.MacKeyId),
            Transport = (int)session.Transport,
            IdleExpiresAt = session.IdleExpiresAt.ToUnixTimeMilliseconds(),
            ExpiresAt = session.ExpiresAt.ToUnixTimeMilliseconds(),
            ClientId = session.ClientId,
            KeyThumbprint = session.KeyThumbprint,
            Methods = session.AuthenticationMethods,
            AuthenticatedAt = session.AuthenticatedAt.ToUnixTimeMilliseconds(),
            Scope = session.Scope,
            Audience = session.Audience,
            IsTemporary = session.IsTemporary,
            CreatedAt = device.CreatedAt.ToUnixTimeMilliseconds(),
            DeviceName = device.Name,
            UserAgent = device.UserAgent,
            Address = device.Address?.GetAddressBytes(),
        };
        row.Take(session.Rotation);
        row.Take(session.SuspectedSharing);
        return row;
    }

    public static string UserId(this Session session) => session.Subject ?? session.AccountId.ToString();

    public static void Take(this SessionRow row, RotationState state)
    {
        (row.Seen, row.First, row.Last, row.SeenBefore) = (state.Seen, state.First, state.Last, state.SeenBefore);
        row.IssuedAt = state.IssuedAt.ToUnixTimeMilliseconds();
    }

    public static void Take(this SessionRow row, SuspectedSharing sharing)
    {
        (row.Source, row.OtherSource, row.Signs) = (sharing.Source, sharing.OtherSource, sharing.Count);
        row.SourceChangedAt = sharing.SourceChangedAt?.ToUnixTimeMilliseconds();
        row.SignAt = sharing.At?.ToUnixTimeMilliseconds();
    }
}
