using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Data.Sqlite;

namespace Handstamp.Storage.Tests.Sqlite;

public sealed class MigrationTests : SqliteTests
{
    const string SchemaSql = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)";

    static readonly string[] AddedBy0002 =
        ["source", "other_source", "source_changed_at", "seen_before", "contentions", "contended_at"];

    /// <summary>A script that has shipped is never edited: databases that ran it are out there.</summary>
    [Fact]
    public void Shipped_scripts_are_as_they_were_shipped() => Assert.Equal(
    [
        ("0001_initial.sql", "fb4e64670e0bdbee30abb6f4afb3b91435f84d26ba3e33ca2a4977c5d88cd6ab"),
        ("0002_contention.sql", "d230bcc89fc277a79e253952129b1c4b087251234ccfa261362a9ca113cada51"),
        ("0003_accounts_at_refresh.sql", "9753ccb2c31a408aec7dbd0e9e54dcbd49bd21c6add61b5f63ad4805daca4bf6"),
        ("0004_dpop_proofs.sql", "af523e80d6acfb13a0d3d625b004d893cd8c1b58893458b3c34f784b8ac75559"),
        ("0005_pages.sql", "9011970d71622b5b26957782de6a111aea32039b02d53db13a49adee0db21c56"),
        ("0006_feed_epoch.sql", "d1b626c27d8dca73d97f76971bf0e3b29b1ab785368ab3750487d227f516f144"),
        ("0007_throttle.sql", "e2756ada7d086bc38ac32642e46fce5a38959bafbe3bf41934483199c04fd76d"),
        ("0010_events.sql", "b95955b587d4c1275730a2c1730db834935ae737ff45a5eeced7e59bcb2c84c9"),
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
    public async Task Of_processes_that_start_at_once_one_migrates_and_all_run()
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
    public async Task Sessions_of_the_first_schema_live_on()
    {
        var session = await StoredSessionAsync();
        await Engine.CloseAsync();
        using (var database = Sql.Open(Engine.File))
        {
            foreach (var column in AddedBy0002) database.Run($"ALTER TABLE sessions DROP COLUMN {column}");
            database.Run("DROP INDEX accounts_at_refresh");
            database.Run("DROP TABLE dpop_proofs; DROP TABLE feed; DROP TABLE events");
            database.Run("PRAGMA user_version = 1");
        }

        await Engine.OpenAsync();
        var rotated = await Sessions.TryRotateAsync(Given.Rotation(session));

        Assert.Equal(new RotationState(1, 2, 2, Given.Rotation(session).Issue.At), rotated!.Session.Rotation);
        Assert.Equal(0, rotated.Session.Contention.Count);
    }

    [Fact]
    public async Task A_connection_that_is_open_meanwhile_notices_the_third_transport()
    {
        var account = await StoredAccountAsync();
        await Engine.CloseAsync();
        using var other = Sql.Open(Engine.File);
        other.Run("DROP TABLE feed; DROP TABLE events; PRAGMA user_version = 4; PRAGMA writable_schema = ON");
        other.Run("UPDATE sqlite_schema SET sql = replace(sql, '(0, 1, 2)', '(0, 1)') WHERE name = 'sessions'");
        other.Run("PRAGMA writable_schema = RESET");
        // What it reads now it would keep.
        Assert.Equal(0, other.Ask<long>("SELECT count(*) FROM sessions"));

        await Engine.OpenAsync();
        await StoredSessionAsync(account);

        other.Run("UPDATE sessions SET transport = 2");
        Assert.Throws<SqliteException>(() => other.Run("UPDATE sessions SET transport = 3"));
        Assert.Equal("ok", Sql.Ask<string>(Engine.File, "PRAGMA integrity_check"));
    }

    [Fact]
    public void All_tables_are_strict() => Assert.Equal(0, Sql.Ask<long>(Engine.File, """
        SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite%'
        """));

    string Schema() => Sql.Ask<string>(Engine.File, SchemaSql);

    static string File(string name) => string.Join('.', name.Split('.')[^2..]);

    static string Hash(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Migrations.Read(name))));
}
