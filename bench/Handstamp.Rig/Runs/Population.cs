using System.Buffers.Binary;
using System.Security.Cryptography;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Handstamp.Rig.Runs;

/// <summary>
/// Hundreds of thousands of sessions, put directly into PostgreSQL, each as a login would leave it; and their tokens,
/// made with the service's own key.
/// </summary>
sealed class Population
{
    const int SessionsOfAccount = 4;

    const string UserAgent =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

    const string AddAccounts = """
        INSERT INTO accounts (id, password_hash, security_stamp, created_at)
        SELECT id, '$argon2id$v=19$m=19456,t=2,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI',
          upper(replace(id::text, '-', '')), @now
        FROM unnest(@accounts) AS id;
        INSERT INTO identifiers (kind, canonical, value, account_id, added_at)
        SELECT 1, upper(id::text) || '@EXAMPLE.COM', id || '@example.com', id, @now FROM unnest(@accounts) AS id
        """;

    const string AddSessions = """
        INSERT INTO sessions (id, account_id, seen, first, last, issued_at, seen_before, mac_key_id, transport,
          idle_expires_at, expires_at, amr, auth_time, created_at, user_agent, address, source, source_changed_at)
        SELECT id, account, 0, 1, 1, @now, 0, @key, 0, @end, @end, 'pwd', @now, @now, @agent, '\x7f000001', 1, @now
        FROM unnest(@sessions, @owners) AS session(id, account)
        """;

    readonly MacKey _key;
    readonly Guid[] _sessions;

    Population(MacKey key, int count)
    {
        _key = key;
        _sessions = [.. Enumerable.Range(0, count).Select(Id)];
    }

    public int Count => _sessions.Length;

    /// <summary>Makes the tables and the key ring, as a first start does, and adds the given number of sessions.</summary>
    public static async Task<Population> FoundAsync(string folder, string connectionString, int sessions)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Issuer"] = "http://127.0.0.1";
        builder.Configuration["Storage:DataDirectory"] = folder;
        builder.Logging.ClearProviders();
        builder.Services.AddHandstamp(builder.Configuration);
        builder.Services.AddHandstampPostgres(connectionString);
        await using var app = builder.Build();
        await app.Services.GetRequiredService<IStorage>().OpenAsync(default);
        var keys = app.Services.GetRequiredService<KeyRingService>();
        await keys.OpenAsync(default);
        var people = new Population(keys.Ring.MacKey(DateTimeOffset.UtcNow), sessions);
        await people.FillAsync(connectionString);
        return people;
    }

    /// <summary>A token of each session, in random order.</summary>
    public IEnumerable<string> Tokens(int generation)
    {
        var order = _sessions.ToArray();
        RandomNumberGenerator.Shuffle<Guid>(order);
        return order.Select(session => RefreshToken.Create(_key, session, generation).Encode());
    }

    async Task FillAsync(string connectionString)
    {
        var accounts = Enumerable.Range(0, (Count + SessionsOfAccount - 1) / SessionsOfAccount).Select(Id).ToArray();
        var owners = _sessions.Select(_ => accounts[RandomNumberGenerator.GetInt32(accounts.Length)]).ToArray();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var add = source.CreateCommand($"{AddAccounts}; {AddSessions}");
        add.Parameters.AddWithValue("accounts", accounts);
        add.Parameters.AddWithValue("sessions", _sessions);
        add.Parameters.AddWithValue("owners", owners);
        add.Parameters.AddWithValue("key", (short)_key.Id);
        add.Parameters.AddWithValue("now", now);
        add.Parameters.AddWithValue("end", now + (long)TimeSpan.FromDays(90).TotalMilliseconds);
        add.Parameters.AddWithValue("agent", UserAgent);
        await add.ExecuteNonQueryAsync();
    }

    // As in UUIDv7: the time, ten ids in a millisecond, then bytes that look random but can be computed again.
    static Guid Id(int number)
    {
        var bytes = new byte[16];
        var first = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        BinaryPrimitives.WriteInt64BigEndian(bytes, (first + (number / 10)) << 16 | 0x7000L | (uint)(number % 10));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), (ulong)number * 0x9E37_79B9_7F4A_7C15 >> 2 | 1UL << 63);
        return new Guid(bytes, bigEndian: true);
    }
}
