using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Handstamp.Storage.Tests.Sqlite;

public sealed class MigrationTests : SqliteTests
{
    const string SchemaSql = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)";

    const string AddAccount = """
        INSERT INTO accounts (id, email, normalized_email, password_hash, claims, security_stamp, concurrency_stamp, created_at)
        VALUES (x'018c0000000070008000000000000001', 'Ada@Example.com', 'ADA@EXAMPLE.COM', 'a hash', '{"roles":["admin"],"custom":[]}',
          'a stamp', 'another stamp', 1)
        """;

    const string AddSession = """
        INSERT INTO sessions (id, account_id, seen, first, last, issued_at, mac_key_id, transport, idle_expires_at, expires_at,
          amr, auth_time, created_at)
        VALUES (x'018c0000000070008000000000000002', x'018c0000000070008000000000000001', 0, 1, 1, 1, 1, 0, 1e13, 1e13, 'pwd', 1, 1)
        """;

    static readonly Guid Account = new("018c0000-0000-7000-8000-000000000001");
    static readonly Guid Session = new("018c0000-0000-7000-8000-000000000002");

    /// <summary>A shipped script is never edited, because databases in use have already run it.</summary>
    [Fact]
    public void Shipped_scripts_are_unchanged() => Assert.Equal(
    [
        ("0001_initial.sql", "fb4e64670e0bdbee30abb6f4afb3b91435f84d26ba3e33ca2a4977c5d88cd6ab"),
        ("0002_contention.sql", "d230bcc89fc277a79e253952129b1c4b087251234ccfa261362a9ca113cada51"),
        ("0003_accounts_at_refresh.sql", "9753ccb2c31a408aec7dbd0e9e54dcbd49bd21c6add61b5f63ad4805daca4bf6"),
        ("0004_dpop_proofs.sql", "af523e80d6acfb13a0d3d625b004d893cd8c1b58893458b3c34f784b8ac75559"),
        ("0005_pages.sql", "9011970d71622b5b26957782de6a111aea32039b02d53db13a49adee0db21c56"),
        ("0006_feed_epoch.sql", "d1b626c27d8dca73d97f76971bf0e3b29b1ab785368ab3750487d227f516f144"),
        ("0007_throttle.sql", "e2756ada7d086bc38ac32642e46fce5a38959bafbe3bf41934483199c04fd76d"),
        ("0008_identifiers.sql", "020b9b38b761132035f9b57330f817938b9972866bef424e9c380457143e5ec3"),
        ("0009_secrets.sql", "e2f527a7240a9d4f764e58dca475154f8bc404d8058a2b245b9b2ae99c23e673"),
        ("0010_events.sql", "b95955b587d4c1275730a2c1730db834935ae737ff45a5eeced7e59bcb2c84c9"),
        ("0011_outbox.sql", "8f5adbd1c5c35c45be43545e6ad8305d1cdb4d484938fa2dd99714214ead872a"),
        ("0012_second_factors.sql", "642cc89fa55e0d7c13d374ac110e816403cd475fa97e9189d18be63e184d06a4"),
        ("0013_passkeys.sql", "821f3c1777f100231a2e1c3bb4715099d60b48a3f2f9d8ce339793b6c4fbb1a6"),
        ("0014_external_logins.sql", "f9b7c56ed9043a717630976fe17d744417147ae3492c923f854e0e81f58e2fba"),
        ("0015_who_may_come_in.sql", "60ed01321e8114db12bd756e7cf9cc69d01abbbbd22ccd858bb0dcf6755c8458"),
        ("0016_self_service.sql", "6e9e19402eda7aeae0c9f0b6bf00d7f3ff03b4355258df6d7b45876caf2b8ee9"),
        ("0017_outbox_failure.sql", "5e43e08ad2a1f652fdad5f71003ce5dd65a7586afbe15a0f1758c5f2da74d01c"),
        ("0018_portable_codes.sql", "79de4e38165e702e979c51fadb932b8e633475d17b1bb0bbff0f5b11cbb21116"),
        ("0019_sealing_keys.sql", "8e64da4f253af2db687fd4a12ab237a4175d103e91d110e125cc254dc8439783"),
        ("0020_moved_sessions.sql", "3cdbfb2f976b4de4972c7ff1390666689e040938ba6f8e79dbc7796b833f0da2"),
        ("0021_sealed_registrations.sql", "efbc93268a386f5cda064e2c8960209b8f7bd5928a0d5df187fea5e11a553241"),
        ("0022_oldest_program.sql", "ebff53c219ccbfd900343e68700d2a2c450cd71b5f08dbc82c9a889f75f0cf55"),
    ], Migrations.Names.Select(name => (File(name), Hash(name))));

    [Fact]
    public void Scripts_are_numbered_without_a_gap() => Assert.Equal(
        Enumerable.Range(1, Migrations.Names.Count), Migrations.Names.Select(name => int.Parse(File(name)[..4])));

    [Fact]
    public async Task A_second_start_changes_nothing()
    {
        var schema = Schema();

        await Engine.RestartAsync();

        Assert.Equal(schema, Schema());
        Assert.Equal(Migrations.Names.Count, Sql.Ask<long>(Engine.File, "PRAGMA user_version"));
    }

    [Fact]
    public async Task Processes_that_start_at_once_all_run_and_one_migrates()
    {
        await using var engine = new SqliteEngine();
        var children = Enumerable.Range(0, 4).Select(
            _ => ChildProcess.Start(ChildProcess.OpenWhenToldAsync, engine.File)).ToList();
        try
        {
            foreach (var child in children) Assert.Equal("ready", await child.ReadLineAsync());
            foreach (var child in children) child.Say("go");
            foreach (var child in children) Assert.Equal("open", await child.ReadLineAsync());

            Assert.Equal(Schema(), Sql.Ask<string>(engine.File, SchemaSql));
        }
        finally
        {
            foreach (var child in children) child.Dispose();
        }
    }

    [Fact]
    public async Task Sessions_of_the_first_schema_continue()
    {
        using (var database = await MakeAsync(scripts: 1)) database.Run($"{AddAccount}; {AddSession}");

        await Engine.OpenAsync();
        var session = (await Sessions.FindAsync(Session, Cancel))!.Session;
        var rotated = await Sessions.TryRotateAsync(Given.Rotation(session));

        Assert.Equal(new RotationState(1, 2, 2, Given.Rotation(session).Issue.At), rotated!.Session.Rotation);
        Assert.Equal(0, rotated.Session.SuspectedSharing.Count);
    }

    [Fact]
    public async Task Accounts_from_before_identifiers_are_found_by_their_addresses()
    {
        using (var database = await MakeAsync(scripts: 7)) database.Run(AddAccount);

        await Engine.OpenAsync();
        var account = await Accounts.FindAsync(IdentifierKind.Email, EmailAddress.Canonical("ada@example.com"), Cancel);

        Assert.Equivalent(
            new Account
            {
                Id = Account,
                Identifiers = [Identifier.OfEmail("Ada@Example.com")],
                PasswordHash = "a hash",
                Claims = new AccountClaims { Roles = ["admin"] },
                SecurityStamp = "a stamp",
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(1),
            }, account, strict: true);
    }

    [Fact]
    public async Task Registrations_that_wait_name_the_key_of_their_password()
    {
        using (var database = await MakeAsync(scripts: 20))
            database.Run("""
                INSERT INTO secrets (id, purpose, subject, hash, expires_at, tries_left, payload) VALUES
                  (x'018c0000000070008000000000000001', 'registration', zeroblob(16), zeroblob(32), 1, 0,
                    CAST('{"email":"ü@example.com","password_hash":"$sealed$seal-0123abcd$AAAA"}' AS BLOB)),
                  (x'018c0000000070008000000000000002', 'registration', zeroblob(16), zeroblob(32), 1, 0, CAST('{"password_hash":"$argon2id$"}' AS BLOB)),
                  (x'018c0000000070008000000000000003', 'another', zeroblob(16), zeroblob(32), 1, 0, x'ff00')
                """);

        await Engine.OpenAsync();

        Assert.Equal("seal-0123abcd", Assert.Single(
            await Engine.Get<ISecretStore>().ListSealedAsync("registration", "seal-0123abcd", 10, Cancel)).SealedUnder);
        Assert.Equal(2, Sql.Ask<long>(Engine.File, "SELECT count(*) FROM secrets WHERE sealed_under IS NULL"));
    }

    [Fact]
    public async Task A_connection_that_is_open_during_the_change_accepts_the_third_transport()
    {
        using var other = await MakeAsync(scripts: 4);
        // A connection remembers the schema that it has read.
        Assert.Equal(0, other.Ask<long>("SELECT count(*) FROM sessions"));

        await Engine.OpenAsync();
        await StoredSessionAsync();

        other.Run("UPDATE sessions SET transport = 2");
        Assert.Throws<SqliteException>(() => other.Run("UPDATE sessions SET transport = 3"));
        Assert.Equal("ok", Sql.Ask<string>(Engine.File, "PRAGMA integrity_check"));
    }

    [Fact]
    public void Each_script_since_the_twenty_second_names_the_versions_that_work_with_it() => Assert.All(
        Migrations.Names.Skip(21), name => Assert.StartsWith("-- works with: ", Migrations.Read(name), StringComparison.Ordinal));

    [Fact]
    public async Task A_newer_program_that_was_faster_keeps_its_schema()
    {
        using var older = await MakeAsync(scripts: Migrations.Names.Count - 1);
        // Called when a statement begins: the version was read, and the lock is not taken yet.
        raw.sqlite3_trace(older.Handle, (_, statement) =>
        {
            if (statement != "BEGIN IMMEDIATE") return;
            using var newer = Sql.Open(Engine.File);
            newer.Run($"{Migrations.Read(Migrations.Names[^1])}; PRAGMA user_version = 99");
        }, null);

        Migrations.Run(older, Engine.File);

        Assert.Equal(99, Sql.Ask<long>(Engine.File, "PRAGMA user_version"));
    }

    [Fact]
    public async Task What_an_upgrade_would_run_is_named_and_nothing_is_changed()
    {
        using (await MakeAsync(scripts: 20)) Engine.Build();

        var schema = await Engine.Get<ISchema>().ReadSchemaAsync(Cancel);

        Assert.Equal((20, false), (schema.Present, schema.AdmitsOlder));
        Assert.Equal(["0021_sealed_registrations", "0022_oldest_program"], schema.Due.Take(2));
        Assert.Equal(20, Sql.Ask<long>(Engine.File, "PRAGMA user_version"));
    }

    [Fact]
    public async Task A_schema_that_is_up_to_date_admits_the_programs_that_know_it()
    {
        var schema = await Engine.Get<ISchema>().ReadSchemaAsync(Cancel);

        Assert.Equal((Migrations.Names.Count, 0, true), (schema.Present, schema.Due.Count, schema.AdmitsOlder));
        Assert.Equal(22, Sql.Ask<long>(Engine.File, "SELECT works_with FROM handstamp_schema"));
    }

    [Fact]
    public void All_tables_are_strict() => Assert.Equal(0, Sql.Ask<long>(Engine.File, """
        SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite%'
        """));

    /// <summary>The file after the given number of scripts, open and not served.</summary>
    async Task<SqliteConnection> MakeAsync(int scripts)
    {
        await Engine.CloseAsync();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Engine.File)!, $"{Path.GetFileName(Engine.File)}*"))
            System.IO.File.Delete(file);
        var database = Sql.Open(Engine.File);
        foreach (var name in Migrations.Names.Take(scripts)) database.Run(Migrations.Read(name));
        database.Run($"{Migrations.Stamp}; PRAGMA user_version = {scripts}");
        return database;
    }

    string Schema() => Sql.Ask<string>(Engine.File, SchemaSql);

    static string File(string name) => string.Join('.', name.Split('.')[^2..]);

    static string Hash(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Migrations.Read(name))));
}
