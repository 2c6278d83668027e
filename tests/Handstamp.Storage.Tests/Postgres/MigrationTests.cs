using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Secrets;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class MigrationTests
{
    /// <summary>A shipped script is never edited, because databases in use have already run it.</summary>
    [Fact]
    public void Shipped_scripts_are_unchanged() =>
        Assert.Equal(
        [
            "b69015e737462927f5feecefee287689173181b3037dea5a7d7489b4330796b0",
            "36d0ecfdc5b715a3592de45e4b173d42f3d3bc9fd39913b524eaebac16783721",
            "bedd523c24cd35f4a11cee0f9b614b22108ab12666c4afa5c300c7d0c0bbcaae",
            "9e470f8d7a5aad43ebb155ae6382bc84fe4f511a176953e702fe721db5b5d2ae",
            "6d7d49bf95505efb89070164952cdd1d939dda78426143324c06af1300d37c4b",
            "1a343edb016ed51c714e077a3cc7bbf44bf31e6032f88deb07cd0f43b767cc82",
            "644ad3f4cfa44899847257b673df1c945ef1ad585ab918959d16c65a14093162",
            "db9c44747b151501382dc7803c5f644b9e35e8b46b93b6fea47c4c04efbc3407",
            "69ca33a3965163dd63e0bed5d87c361b4047e7ce8e8636244e14f31567437c4f",
            "5ef253ce50a3f7a030b9f428eb85e49d433cdd85383b9794ef10296359fb419a",
            "c9b4130a842b0be77272b5ec9c5589bcf9a7da3e584148f7fd97dddf8877df92",
            "f91a31726c019363491934898a0543d1537e0983aea00532e1c48a783d7ec582",
            "c736206b798f7b37d98050ff2c9b45700caad9a3f762871c291dd4329407e0ba",
            "f444dc4f86fd457264a77ca320f606fa641dccbd7097948c72535fcb833d8633",
            "45e52262f4a336073cf057dbaf8c88a38728f5ce80ad6c67be7f41bd90384eb4",
            "ec4b3675d6e29908da4191d8bffedac29a65ed964f84e98d2f1934a2ffcee9c1",
            "5bee6ba130adf4cf3abb9dac80620f3f2eb695c5e0b1039175e1de8794a3d3fd",
            "da297798b12908ef92daeec43914cff82d765299f4aac458608f3f5bdd0937fd",
            "fd986c4b19e28786231fa1258a5f1f1bb237afc9f3a496b6cf406d79521fc1ef",
        ], Migrations.Own.Scripts.Select(Hash));

    [Fact]
    public void Each_script_names_the_versions_that_work_with_it() =>
        Assert.All(Migrations.Own.Scripts, script => Assert.StartsWith("-- works with: ", script, StringComparison.Ordinal));

    [Fact]
    public async Task Accounts_from_before_identifiers_are_found_by_their_addresses()
    {
        await using var engine = await MakeAsync(scripts: 5);
        await engine.AskAsync("""
            INSERT INTO accounts (id, email, normalized_email, password_hash, claims, security_stamp, concurrency_stamp, created_at)
            VALUES ('018c0000-0000-7000-8000-000000000001', 'Ada@Example.com', 'ADA@EXAMPLE.COM', 'a hash', '{"roles":["admin"],"custom":[]}',
              'a stamp', 'another stamp', 1)
            """);

        await engine.OpenAsync();
        var account = await engine.Accounts.FindAsync(
            IdentifierKind.Email, EmailAddress.Canonical("ada@example.com"), TestContext.Current.CancellationToken);

        Assert.Equivalent(
            new Account
            {
                Id = new Guid("018c0000-0000-7000-8000-000000000001"),
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
        await using var engine = await MakeAsync(scripts: 18);
        await engine.AskAsync("""
            INSERT INTO secrets (id, purpose, subject, hash, expires_at, tries_left, payload)
            SELECT gen_random_uuid(), purpose, gen_random_uuid(), decode(repeat('00', 32), 'hex'), 1, 0, payload FROM (VALUES
              ('registration', convert_to('{"email":"ü@example.com","password_hash":"$sealed$seal-0123abcd$AAAA"}', 'UTF8')),
              ('registration', convert_to('{"password_hash":"$argon2id$"}', 'UTF8')),
              ('another', decode('ff00', 'hex'))) AS rows (purpose, payload)
            """);

        await engine.OpenAsync();

        Assert.Equal("seal-0123abcd", Assert.Single(await engine.Get<ISecretStore>().ListSealedAsync(
            "registration", "seal-0123abcd", 10, TestContext.Current.CancellationToken)).SealedUnder);
        Assert.Equal(2L, await engine.AskAsync("SELECT count(*) FROM secrets WHERE sealed_under IS NULL"));
    }

    [Fact]
    public async Task What_an_upgrade_would_run_is_named_and_nothing_is_changed()
    {
        await using var engine = await MakeAsync(scripts: 18);
        engine.Build();

        var schema = await engine.Get<ISchema>().ReadSchemaAsync(TestContext.Current.CancellationToken);

        Assert.Equal((18, true), (schema.Present, schema.AdmitsOlder));
        Assert.Equal("0020_sealed_registrations", schema.Due[0]);
        Assert.Equal(18, await engine.AskAsync("SELECT version FROM handstamp_schema"));
    }

    [Fact]
    public async Task An_empty_database_gets_every_script()
    {
        await using var engine = await MakeAsync(scripts: 1);
        await engine.EmptyAsync();
        engine.Build();

        var schema = await engine.Get<ISchema>().ReadSchemaAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, Migrations.Own.Scripts.Count), (schema.Present, schema.Due.Count));
    }

    /// <summary>A database after the given number of scripts, not served.</summary>
    static async Task<PostgresEngine> MakeAsync(int scripts)
    {
        var engine = new PostgresEngine();
        await engine.OpenAsync();
        await engine.CloseAsync();
        await engine.EmptyAsync();
        await using var connection = await engine.ConnectAsync();
        await new Migrations([.. Migrations.Own.Scripts.Take(scripts)]).RunAsync(connection, "test", TestContext.Current.CancellationToken);
        return engine;
    }

    static string Hash(string script) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
}
