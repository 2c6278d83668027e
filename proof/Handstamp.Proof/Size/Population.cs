using System.Buffers.Binary;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handstamp.Proof.Size;

/// <summary>
/// Millions of sessions, put directly into the database, each as a login would leave it; and their tokens, made with
/// the service's own key.
/// </summary>
sealed class Population
{
    const int SessionsOfAccount = 4;

    static readonly DateTimeOffset First = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    const string UserAgent =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

    readonly Random _random = new(1);
    readonly MacKey _key;

    Population(string folder, int count, MacKey key) => (Folder, Count, _key) = (folder, count, key);

    public string Folder { get; }

    public int Count { get; }

    /// <summary>The number of bytes that each session added to the file.</summary>
    public double BytesOfSession { get; private set; }

    string File => FileIn(Folder);

    public long Bytes => new FileInfo(File).Length;

    /// <summary>Makes the database and its key ring, as a first start does, and adds the given number of sessions.</summary>
    public static async Task<Population> FoundAsync(string folder, int sessions)
    {
        Directory.CreateDirectory(folder);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Issuer"] = "http://127.0.0.1";
        builder.Configuration["Storage:DataDirectory"] = folder;
        builder.Logging.ClearProviders();
        builder.Services.AddHandstamp(builder.Configuration);
        builder.Services.AddHandstampSqlite(FileIn(folder));
        await using var app = builder.Build();
        await app.Services.GetRequiredService<IStorage>().OpenAsync(default);
        var keys = app.Services.GetRequiredService<KeyRingService>();
        await keys.OpenAsync(default);
        var people = new Population(folder, sessions, keys.Ring.MacKey(DateTimeOffset.UtcNow));
        people.Fill();
        return people;
    }

    public long CountRows()
    {
        using var database = new SqliteConnection($"Data Source={File};Mode=ReadOnly;Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM accounts)";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Reads the whole file into the operating system's memory.</summary>
    public void ReadFile()
    {
        using var file = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 20);
        file.CopyTo(Stream.Null, bufferSize: 1 << 20);
    }

    public RefreshToken Token(int session, int generation) => RefreshToken.Create(_key, Id(session, First), generation);

    void Fill()
    {
        using (var database = Open())
        {
            AddAccounts(database);
            Run(database, "PRAGMA wal_checkpoint(TRUNCATE)");
            var before = Bytes;
            AddSessions(database);
            Run(database, "PRAGMA wal_checkpoint(TRUNCATE)");
            BytesOfSession = (Bytes - before) / (double)Count;
        }
        // This happens before anything is measured, not at the same time.
        using var file = System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.Write);
        RandomAccess.FlushToDisk(file);
    }

    SqliteConnection Open()
    {
        var database = new SqliteConnection($"Data Source={File};Pooling=False");
        database.Open();
        // Nothing is lost if the machine stops in the middle of this: the next run begins again.
        Run(database, "PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000; PRAGMA wal_autocheckpoint = 100000");
        return database;
    }

    void AddAccounts(SqliteConnection database)
    {
        using (var insert = new Insert(database, """
            INSERT INTO accounts (id, password_hash, security_stamp, created_at) VALUES (@id, @hash, hex(@id), 0)
            """))
        {
            for (var account = 0; account < Accounts; account++)
                insert.Run(
                    ("@id", Bytes16(account, First)),
                    ("@hash", "$argon2id$v=19$m=19456,t=2,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"));
            insert.Commit();
        }

        using var identify = new Insert(database, """
            INSERT INTO identifiers (kind, canonical, value, account_id, added_at) VALUES (1, upper(@email), @email, @id, 0)
            """);
        for (var account = 0; account < Accounts; account++)
            identify.Run(("@id", Bytes16(account, First)), ("@email", $"person-{account}@example.com"));
        identify.Commit();
    }

    void AddSessions(SqliteConnection database)
    {
        using var insert = new Insert(database, """
            INSERT INTO sessions (id, account_id, seen, first, last, issued_at, mac_key_id, transport, idle_expires_at,
              expires_at, amr, auth_time, created_at, user_agent, address, source, source_changed_at)
            VALUES (@id, @account, 0, 1, 1, @now, @key, 0, @end, @end, 'pwd', @now, @now, @agent, @address, @source, @now)
            """);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (var session = 0; session < Count; session++)
            insert.Run(
                ("@id", Bytes16(session, First)), ("@account", Bytes16(_random.Next(Accounts), First)),
                ("@now", now), ("@end", now + (long)TimeSpan.FromDays(90).TotalMilliseconds), ("@key", (long)_key.Id),
                ("@agent", UserAgent), ("@address", new byte[4]), ("@source", (long)_random.Next()));
        insert.Commit();
    }

    int Accounts => (Count + SessionsOfAccount - 1) / SessionsOfAccount;

    // As in UUIDv7: the time, ten ids in a millisecond, then bytes that look random but can be computed again.
    static Guid Id(int number, DateTimeOffset first) => new(Bytes16(number, first), bigEndian: true);

    static byte[] Bytes16(int number, DateTimeOffset first)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, (first.ToUnixTimeMilliseconds() + (number / 10)) << 16 | 0x7000L | (uint)(number % 10));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), (ulong)number * 0x9E37_79B9_7F4A_7C15 >> 2 | 1UL << 63);
        return bytes;
    }

    static string FileIn(string folder) => Path.Combine(folder, "handstamp.db");

    static void Run(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
#pragma warning disable CA2100 // Our own statements.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
