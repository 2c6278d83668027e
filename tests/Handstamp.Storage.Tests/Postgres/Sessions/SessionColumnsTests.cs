using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Postgres.Sessions;
using Npgsql;
using PostgresServer = Handstamp.TestBed.Postgres.PostgresServer;

namespace Handstamp.Storage.Tests.Postgres.Sessions;

/// <summary>Each column with a value that no other column has, read from a statement without a table.</summary>
public sealed class SessionColumnsTests : IAsyncLifetime
{
    const string Id = "01890000-0000-7000-8000-000000000001";
    const string AccountId = "01890000-0000-7000-8000-000000000002";
    const string Stranger = "01890000-0000-7000-8000-000000000003";
    const string Admin = """{"roles":["admin"]}""";

    // In SQL, under the names and with the types of the table.
    static readonly Dictionary<string, string> Cells = new()
    {
        ["id"] = $"uuid '{Id}'",
        ["account_id"] = $"uuid '{AccountId}'",
        ["seen"] = "11",
        ["first"] = "12",
        ["last"] = "13",
        ["issued_at"] = "1001::bigint",
        ["mac_key_id"] = "200::smallint",
        ["transport"] = "2::smallint",
        ["idle_expires_at"] = "1002::bigint",
        ["expires_at"] = "1003::bigint",
        ["client_id"] = "'client'::text",
        ["key_thumbprint"] = "'thumbprint'::text",
        ["amr"] = "'pwd otp'::text",
        ["auth_time"] = "1004::bigint",
        ["scope"] = "'scope'::text",
        ["audience"] = "'audience'::text",
        ["seen_before"] = "14",
        ["source"] = "-15",
        ["other_source"] = "16",
        ["source_changed_at"] = "1005::bigint",
        ["contentions"] = "17",
        ["contended_at"] = "1006::bigint",
        ["temporary"] = "1::smallint",
        ["revoked_at"] = "1007::bigint",
        ["revoke_reason"] = "4::smallint",
        ["created_at"] = "1008::bigint",
        ["device_name"] = "'name'::text",
        ["user_agent"] = "'agent'::text",
        ["address"] = @"'\xc0000207'::bytea",
    };

    static readonly string[] End = ["revoked_at", "revoke_reason"];

    static readonly Session Whole = new()
    {
        Id = Guid.Parse(Id),
        AccountId = Guid.Parse(AccountId),
        Rotation = new RotationState(Seen: 11, First: 12, Last: 13, At(1001), SeenBefore: 14),
        MacKeyId = 200,
        Transport = SessionTransport.Page,
        IdleExpiresAt = At(1002),
        ExpiresAt = At(1003),
        ClientId = "client",
        KeyThumbprint = "thumbprint",
        AuthenticationMethods = "pwd otp",
        AuthenticatedAt = At(1004),
        Scope = "scope",
        Audience = "audience",
        SuspectedSharing = new SuspectedSharing(Source: -15, OtherSource: 16, At(1005), Count: 17, At(1006)),
        IsTemporary = true,
    };

    static readonly SessionDevice Device = new()
    {
        CreatedAt = At(1008),
        Name = "name",
        UserAgent = "agent",
        Address = IPAddress.Parse("192.0.2.7"),
    };

    NpgsqlConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _connection = PostgresServer.Connect((await PostgresServer.Shared).ConnectionString("postgres"));
        await _connection.OpenAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    [Fact]
    public async Task A_session_has_each_of_its_columns() => Assert.Equal(Whole, await ReadSessionAsync());

    [Fact]
    public async Task A_session_lacks_nothing_else_than_the_column_without_a_value()
    {
        (string Column, Session Read)[] lacking =
        [
            ("client_id", Whole with { ClientId = null }),
            ("key_thumbprint", Whole with { KeyThumbprint = null }),
            ("scope", Whole with { Scope = null }),
            ("audience", Whole with { Audience = null }),
            ("source", Whole with { SuspectedSharing = Whole.SuspectedSharing with { Source = null } }),
            ("other_source", Whole with { SuspectedSharing = Whole.SuspectedSharing with { OtherSource = null } }),
            ("source_changed_at", Whole with { SuspectedSharing = Whole.SuspectedSharing with { SourceChangedAt = null } }),
            ("contended_at", Whole with { SuspectedSharing = Whole.SuspectedSharing with { At = null } }),
            ("temporary", Whole with { IsTemporary = false }),
        ];

        foreach (var (column, read) in lacking) Assert.Equal(read, await ReadSessionAsync(column));
    }

    [Fact]
    public async Task A_session_that_has_ended_is_read_with_its_end_and_its_account()
    {
        var reading = await ReadReadingAsync(claims: $"'{Admin}'");

        Assert.Equal(Whole, reading.Session);
        Assert.Equal(new SessionEnd(At(1007), EndReason.Reuse), reading.End);
        Assert.Equal(AccountState.Active, reading.Account);
        Assert.Equal(Admin, reading.Claims.ToStored());
    }

    [Fact]
    public async Task A_session_that_lives_is_read_without_an_end()
    {
        var reading = await ReadReadingAsync(End);

        Assert.Equal(Whole, reading.Session);
        Assert.Null(reading.End);
        Assert.Equal(AccountState.Active, reading.Account);
        Assert.Same(AccountClaims.None, reading.Claims);
    }

    [Fact]
    public async Task An_account_that_is_disabled_keeps_its_claims()
    {
        var reading = await ReadReadingAsync(End, disabledAt: "5", claims: $"'{Admin}'");

        Assert.Equal(AccountState.Disabled, reading.Account);
        Assert.Equal(Admin, reading.Claims.ToStored());
    }

    [Fact]
    public async Task An_account_that_is_not_there_is_deleted_and_has_no_claims()
    {
        var reading = await ReadReadingAsync(account: Guid.Empty.ToString());

        Assert.Equal(AccountState.Deleted, reading.Account);
        Assert.Same(AccountClaims.None, reading.Claims);
    }

    [Fact]
    public async Task A_key_that_is_revoked_before_the_idle_expiry_ends_the_session() => Assert.Equal(
        new SessionEnd(At(1001), EndReason.KeyRevoked), (await ReadReadingAsync(End, keyRevokedAt: "1001")).End);

    [Theory]
    [InlineData("1002")]
    [InlineData("2000")]
    public async Task A_key_that_is_revoked_at_the_idle_expiry_or_later_ends_nothing(string at) =>
        Assert.Null((await ReadReadingAsync(End, keyRevokedAt: at)).End);

    [Fact]
    public async Task A_session_that_has_ended_itself_keeps_this_end_when_its_key_is_revoked() => Assert.Equal(
        new SessionEnd(At(1007), EndReason.Reuse), (await ReadReadingAsync(keyRevokedAt: "1001")).End);

    [Fact]
    public async Task A_session_that_was_found_alive_is_read_with_the_claims_of_its_account()
    {
        var reading = await ReadLiveAsync(claims: $"'{Admin}'");

        Assert.Equal(Whole, reading.Session);
        Assert.Null(reading.End);
        Assert.Equal(AccountState.Active, reading.Account);
        Assert.Equal(Admin, reading.Claims.ToStored());
        Assert.Same(AccountClaims.None, (await ReadLiveAsync(claims: "NULL")).Claims);
    }

    [Fact]
    public async Task A_listed_session_has_its_device() => Assert.Equal(new ListedSession(Whole, Device), await ReadListedAsync());

    [Fact]
    public async Task A_device_lacks_nothing_else_than_the_column_without_a_value()
    {
        (string Column, SessionDevice Read)[] lacking =
        [
            ("device_name", Device with { Name = null }),
            ("user_agent", Device with { UserAgent = null }),
            ("address", Device with { Address = null }),
        ];

        foreach (var (column, read) in lacking) Assert.Equal(new ListedSession(Whole, read), await ReadListedAsync(column));
    }

    Task<Session> ReadSessionAsync(params string[] without) =>
        ReadAsync($"{RowWithout(without)} SELECT {SessionColumns.Session} FROM sessions", SessionColumns.ReadSession);

    Task<ListedSession> ReadListedAsync(params string[] without) =>
        ReadAsync($"{RowWithout(without)} SELECT {SessionColumns.Listed} FROM sessions", SessionColumns.ReadListed);

    Task<SessionReading> ReadLiveAsync(string claims) => ReadAsync(
        $"""
        {RowWithout()}, accounts (id, claims) AS (VALUES (uuid '{AccountId}', {claims}::text))
        SELECT {SessionColumns.LiveReading} FROM sessions JOIN accounts ON accounts.id = account_id
        """, SessionColumns.ReadLiveReading);

    /// <summary>Beside another account and another key.</summary>
    Task<SessionReading> ReadReadingAsync(
        string[]? without = null, string account = AccountId, string disabledAt = "NULL", string claims = "NULL", string keyRevokedAt = "NULL") =>
        ReadAsync(
            $"""
            {RowWithout(without ?? [])},
              accounts (id, disabled_at, claims) AS (VALUES
                (uuid '{account}', {disabledAt}::bigint, {claims}::text), (uuid '{Stranger}', 1, 'the claims of a stranger')),
              keys (id, revoked_at) AS (VALUES ('mac-200', {keyRevokedAt}::bigint), ('mac-201', 1))
            SELECT {SessionColumns.Reading} FROM sessions
            """, SessionColumns.ReadReading);

    async Task<T> ReadAsync<T>(string sql, Func<Row, T> read) where T : class =>
        Assert.IsType<T>(await new Sql(sql).Call().FindAsync(_connection, read));

    /// <summary>The beginning of a statement: a table of one row, in which these columns are null.</summary>
    static string RowWithout(params string[] columns)
    {
        var cells = Cells.Select(cell => (columns.Contains(cell.Key) ? $"nullif({cell.Value}, {cell.Value})" : cell.Value) + " AS " + cell.Key);
        return $"WITH sessions AS (SELECT {string.Join(", ", cells)})";
    }

    static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
