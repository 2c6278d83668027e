using System.Buffers.Binary;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handstamp.Proof.Tests.Size;

/// <summary>
/// Sessions by the million, put into the database past the service, each as a login leaves it; and their tokens, made
/// with the service's own key.
/// </summary>
sealed class Population(string folder)
{
    const int SessionsOfAccount = 4;

    static readonly DateTimeOffset s_first = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    const string UserAgent =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

    readonly Random _random = new(1);
    MacKey _key = null!;

    public int Count { get; private set; }

    string File => Path.Combine(folder, "handstamp.db");

    public long Bytes => new FileInfo(File).Length;

    /// <summary>Makes the database and its key ring, as a first start does.</summary>
    public async Task FoundAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Issuer"] = "http://127.0.0.1";
        builder.Configuration["Storage:DataDirectory"] = folder;
        builder.Logging.ClearProviders();
        builder.Services.AddHandstamp(builder.Configuration);
        builder.Services.AddHandstampSqlite(File);
        await using var app = builder.Build();
        await app.Services.GetRequiredService<IStorage>().OpenAsync(default);
        var keys = app.Services.GetRequiredService<KeyRingService>();
        await keys.OpenAsync(default);
        _key = keys.Ring.MacKey(DateTimeOffset.UtcNow);
    }

    /// <summary>Adds sessions until there are so many; returns by how many bytes each has made the file longer.</summary>
    public double GrowTo(int sessions)
    {
        using var database = Open();
        AddAccounts(database, sessions);
        var before = Bytes;
        AddSessions(database, sessions);
        var each = (Bytes - before) / (double)(sessions - Count);
        Count = sessions;
        return each;
    }

    public long CountRows()
    {
        using var database = new SqliteConnection($"Data Source={File};Mode=ReadOnly;Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM accounts)";
        return (long)command.ExecuteScalar()!;
    }

    public RefreshToken Token(int session, int generation) => RefreshToken.Create(_key, Id(session, s_first), generation);

    SqliteConnection Open()
    {
        var database = new SqliteConnection($"Data Source={File};Pooling=False");
        database.Open();
        // Nothing is lost if the machine stops in the middle of this: it begins again.
        Run(database, "PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000; PRAGMA wal_autocheckpoint = 100000");
        return database;
    }

    void AddAccounts(SqliteConnection database, int sessions)
    {
        using var insert = new Insert(database, """
            INSERT INTO accounts (id, email, normalized_email, password_hash, security_stamp, concurrency_stamp, created_at)
            VALUES (@id, @email, @email, @hash, hex(@id), hex(@id), 0)
            """);
        for (var account = Accounts(Count); account < Accounts(sessions); account++)
            insert.Run(
                ("@id", Bytes16(account, s_first)), ("@email", $"person-{account}@example.com"),
                ("@hash", "$argon2id$v=19$m=19456,t=2,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"));
        insert.Commit();
    }

    void AddSessions(SqliteConnection database, int sessions)
    {
        using var insert = new Insert(database, """
            INSERT INTO sessions (id, account_id, seen, first, last, issued_at, mac_key_id, transport, idle_expires_at,
              expires_at, amr, auth_time, created_at, user_agent, address, source, source_changed_at)
            VALUES (@id, @account, 0, 1, 1, @now, @key, 0, @end, @end, 'pwd', @now, @now, @agent, @address, @source, @now)
            """);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (var session = Count; session < sessions; session++)
            insert.Run(
                ("@id", Bytes16(session, s_first)), ("@account", Bytes16(_random.Next(Accounts(sessions)), s_first)),
                ("@now", now), ("@end", now + (long)TimeSpan.FromDays(90).TotalMilliseconds), ("@key", (long)_key.Id),
                ("@agent", UserAgent), ("@address", new byte[4]), ("@source", (long)_random.Next()));
        insert.Commit();
        Run(database, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    static int Accounts(int sessions) => (sessions + SessionsOfAccount - 1) / SessionsOfAccount;

    // As UUIDv7: the time, ten in a millisecond, then what looks random and is known again.
    static Guid Id(int number, DateTimeOffset first) => new(Bytes16(number, first), bigEndian: true);

    static byte[] Bytes16(int number, DateTimeOffset first)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, (first.ToUnixTimeMilliseconds() + (number / 10)) << 16 | 0x7000L | (uint)(number % 10));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), (ulong)number * 0x9E37_79B9_7F4A_7C15 >> 2 | 1UL << 63);
        return bytes;
    }

    static void Run(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
#pragma warning disable CA2100 // Our own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
