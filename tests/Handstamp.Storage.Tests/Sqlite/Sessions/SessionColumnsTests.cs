using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Sqlite.Engine;
using Handstamp.Storage.Sqlite.Sessions;
using Microsoft.Data.Sqlite;

namespace Handstamp.Storage.Tests.Sqlite.Sessions;

/// <summary>A row in which no two values are alike, and what each of its columns becomes.</summary>
public sealed class SessionColumnsTests : IDisposable
{
    // Another account and another key come first, and are neither the session's.
    const string Rows = """
        INSERT INTO accounts (id, claims, security_stamp, created_at, disabled_at) VALUES
          (x'018c0000000070008000000000000001', '{"roles":["reader"],"custom":[]}', 'a stamp', 1, 1),
          (x'018c0000000070008000000000000002', '{"roles":["admin"],"custom":[]}', 'another stamp', 1, NULL);
        INSERT INTO keys (id, purpose, algorithm, sealed, created_at, active_from, active_until, expires_at, revoked_at) VALUES
          ('mac-6', 1, 'HS256', x'01', 1, 1, 1, 1, 1),
          ('mac-7', 1, 'HS256', x'01', 1, 1, 1, 1, NULL);
        INSERT INTO sessions (id, account_id, seen, first, last, issued_at, mac_key_id, transport, idle_expires_at, expires_at, client_id,
          key_thumbprint, amr, auth_time, scope, audience, seen_before, source, other_source, source_changed_at, contentions, contended_at,
          temporary, created_at, device_name, user_agent, address)
        VALUES (x'018c0000000070008000000000000003', x'018c0000000070008000000000000002', 3, 5, 9, 1001, 7, 1, 1050, 1090, 'client',
          'thumbprint', 'pwd otp', 1002, 'openid', 'https://api.example.com', 2, 4711, -4712, 1003, 6, 1004,
          8, 1005, 'Grandmother''s laptop', 'Mozilla/5.0', x'c0000207')
        """;

    static readonly Session Whole = new()
    {
        Id = new Guid("018c0000-0000-7000-8000-000000000003"),
        AccountId = new Guid("018c0000-0000-7000-8000-000000000002"),
        Rotation = new RotationState(3, 5, 9, At(1001), SeenBefore: 2),
        MacKeyId = 7,
        Transport = SessionTransport.Cookie,
        IdleExpiresAt = At(1050),
        ExpiresAt = At(1090),
        ClientId = "client",
        KeyThumbprint = "thumbprint",
        AuthenticationMethods = "pwd otp",
        AuthenticatedAt = At(1002),
        Scope = "openid",
        Audience = "https://api.example.com",
        SuspectedSharing = new SuspectedSharing(4711, -4712, At(1003), 6, At(1004)),
        IsTemporary = true,
    };

    static readonly SessionDevice Device = new()
    {
        CreatedAt = At(1005),
        Name = "Grandmother's laptop",
        UserAgent = "Mozilla/5.0",
        Address = IPAddress.Parse("192.0.2.7"),
    };

    static readonly Dictionary<string, Session> WithoutOne = new()
    {
        ["client_id"] = Whole with { ClientId = null },
        ["key_thumbprint"] = Whole with { KeyThumbprint = null },
        ["scope"] = Whole with { Scope = null },
        ["audience"] = Whole with { Audience = null },
        ["source"] = Whole with { SuspectedSharing = Whole.SuspectedSharing with { Source = null } },
        ["other_source"] = Whole with { SuspectedSharing = Whole.SuspectedSharing with { OtherSource = null } },
        ["source_changed_at"] = Whole with { SuspectedSharing = Whole.SuspectedSharing with { SourceChangedAt = null } },
        ["contended_at"] = Whole with { SuspectedSharing = Whole.SuspectedSharing with { At = null } },
        ["temporary"] = Whole with { IsTemporary = false },
    };

    static readonly Dictionary<string, SessionDevice> DeviceWithoutOne = new()
    {
        ["device_name"] = Device with { Name = null },
        ["user_agent"] = Device with { UserAgent = null },
        ["address"] = Device with { Address = null },
    };

    readonly SqliteConnection _database = Sql.Open(":memory:");

    public SessionColumnsTests()
    {
        Migrations.Run(_database, ":memory:");
        _database.Run(Rows);
    }

    public void Dispose() => _database.Dispose();

    public static TheoryData<string> Optional => [.. WithoutOne.Keys];

    public static TheoryData<string> OptionalOfADevice => [.. DeviceWithoutOne.Keys];

    [Fact]
    public void Each_column_of_a_session_is_its_own_field() => Assert.Equal(Whole, Read(SessionColumns.Session, SessionColumns.ReadSession));

    [Theory]
    [MemberData(nameof(Optional))]
    public void A_column_without_a_value_leaves_its_own_field_empty(string column)
    {
        _database.Run($"UPDATE sessions SET {column} = NULL");

        Assert.Equal(WithoutOne[column], Read(SessionColumns.Session, SessionColumns.ReadSession));
    }

    [Fact]
    public void Each_column_of_a_listed_session_is_its_own_field() =>
        Assert.Equal(new ListedSession(Whole, Device), Read(SessionColumns.Listed, SessionColumns.ReadListed));

    [Theory]
    [MemberData(nameof(OptionalOfADevice))]
    public void A_column_of_a_device_without_a_value_leaves_its_own_field_empty(string column)
    {
        _database.Run($"UPDATE sessions SET {column} = NULL");

        Assert.Equal(new ListedSession(Whole, DeviceWithoutOne[column]), Read(SessionColumns.Listed, SessionColumns.ReadListed));
    }

    [Fact]
    public void A_session_is_read_with_the_state_of_its_own_account()
    {
        var reading = Read(SessionColumns.Reading, SessionColumns.ReadReading);

        Assert.Equal(Whole, reading.Session);
        Assert.Null(reading.End);
        Assert.Equal(AccountState.Active, reading.Account);
        Assert.Equal("""{"roles":["admin"],"custom":[]}""", reading.Claims.ToStored());
    }

    [Fact]
    public void A_live_session_is_read_with_the_claims_of_its_own_account()
    {
        var reading = Read(SessionColumns.LiveReading, SessionColumns.ReadLiveReading);

        Assert.Equal(Whole, reading.Session);
        Assert.Null(reading.End);
        Assert.Equal(AccountState.Active, reading.Account);
        Assert.Equal("""{"roles":["admin"],"custom":[]}""", reading.Claims.ToStored());
    }

    [Fact]
    public void An_account_may_have_no_claims()
    {
        _database.Run("UPDATE accounts SET claims = NULL");
        var reading = new SessionReading(Whole, null, AccountState.Active, AccountClaims.None);

        Assert.Equal(reading, Read(SessionColumns.Reading, SessionColumns.ReadReading));
        Assert.Equal(reading, Read(SessionColumns.LiveReading, SessionColumns.ReadLiveReading));
    }

    [Theory]
    [InlineData("UPDATE accounts SET claims = NULL, disabled_at = 2001", AccountState.Disabled)]
    [InlineData("DELETE FROM accounts", AccountState.Deleted)]
    internal void A_session_may_outlive_the_use_of_its_account(string sql, AccountState state)
    {
        _database.Run(sql);

        Assert.Equal(new SessionReading(Whole, null, state, AccountClaims.None), Read(SessionColumns.Reading, SessionColumns.ReadReading));
    }

    [Fact]
    public void An_ended_session_says_when_and_why()
    {
        _database.Run("UPDATE sessions SET revoked_at = 1020, revoke_reason = 9");

        Assert.Equal(new SessionEnd(At(1020), EndReason.AccountDeleted), End());
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1049, true)]
    [InlineData(1050, false)]
    [InlineData(1051, false)]
    [InlineData(1089, false)]
    [InlineData(1091, false)]
    public void A_session_ends_with_its_key_unless_it_had_been_idle_for_too_long_before(long revokedAt, bool ends)
    {
        _database.Run($"UPDATE keys SET revoked_at = {revokedAt} WHERE id = 'mac-7'");

        Assert.Equal(ends ? new SessionEnd(At(revokedAt), EndReason.KeyRevoked) : null, End());
    }

    [Fact]
    public void A_session_that_had_ended_before_does_not_end_again_with_its_key()
    {
        _database.Run("UPDATE sessions SET revoked_at = 1020, revoke_reason = 9; UPDATE keys SET revoked_at = 1030");

        Assert.Equal(new SessionEnd(At(1020), EndReason.AccountDeleted), End());
    }

    SessionEnd? End() => Read(SessionColumns.Reading, SessionColumns.ReadReading).End;

    T Read<T>(string columns, Func<Statement, T> read)
    {
        var row = new Statement(_database.Handle!, $"SELECT {columns} FROM sessions");
        try
        {
            Assert.True(row.Step());
            return read(row);
        }
        finally
        {
            row.Close();
        }
    }

    static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
