using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres;
using Handstamp.Storage.Postgres.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class RegistrationTests
{
    const string Minimal = "Host=db.example.com;Database=handstamp;Username=u;Password=secret";

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Host=db.example.com")]
    [InlineData("Database=handstamp")]
    [InlineData("Data Source=a.db")]
    [InlineData("Host=a;Database=b;Wrong=c")]
    [InlineData("Host=a;Database=b;Port=no")]
    [InlineData("Host=a;Database=b;Port=99999999999999999999")]
    public void A_connection_string_with_unsupported_settings_is_refused(string connectionString) =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddHandstampPostgres(connectionString));

    [Theory]
    [InlineData("postgres://db.example.com/handstamp", "Host=db.example.com;Database=handstamp")]
    [InlineData("postgresql://ada:a%40b%3A%2F%3F%23%25@db.example.com:5433/my%20app?sslmode=verify-full&connect_timeout=9",
        "Username=ada;Password=a@b:/?#%;Host=db.example.com;Port=5433;Database=my app;SSL Mode=VerifyFull;Timeout=9")]
    [InlineData("postgres://ada@a:1,b:2/handstamp?target_session_attrs=read-write", "Username=ada;Host=a:1,b:2;Database=handstamp;Target Session Attributes=read-write")]
    [InlineData("postgres://[::1]:5433/handstamp", "Host=::1;Port=5433;Database=handstamp")]
    [InlineData("postgres:///handstamp?host=/var/run/postgresql&user=ada", "Database=handstamp;Host=/var/run/postgresql;Username=ada")]
    [InlineData("postgres://h/d?sslmode=verify-ca&sslrootcert=/ca.pem&require_auth=scram-sha-256,none&options=-c%20work_mem%3D1MB",
        "Host=h;Database=d;SSL Mode=VerifyCA;Root Certificate=/ca.pem;Require Auth=ScramSHA256,None;Options=-c work_mem=1MB")]
    [InlineData("postgres://h/d?sslmode=verify-full&sslrootcert=system", "Host=h;Database=d;SSL Mode=VerifyFull")]
    public void A_url_means_the_same_as_keywords(string url, string keywords) =>
        Assert.True(ConnectionText.Read(url).EquivalentTo(new Npgsql.NpgsqlConnectionStringBuilder(keywords)), ConnectionText.Read(url).ConnectionString);

    [Theory]
    [InlineData("postgres://ada:hunter2@db.example.com/d?sslmod=require", "'sslmod'")]
    [InlineData("postgres://ada:hunter2@db.example.com/d?sslmode=maybe", "SSL Mode")]
    [InlineData("postgres://ada:hunter2@db.example.com:port/d", "Port")]
    [InlineData("postgres://ada:hunter2@db.example.com/d?require_auth=!md5", "require_auth")]
    [InlineData("postgres://ada:hunter2%zz@db.example.com/d", "percent-encoded")]
    [InlineData("postgres://ada:hunter2%00@db.example.com/d", "percent-encoded")]
    [InlineData("postgres://ada:1/hunter2@db.example.com/d", "percent-encoded")]
    [InlineData("postgres://ada:a@hunter2@db.example.com/d", "percent-encoded")]
    [InlineData("postgres://ada:hunter2@db.example.com", "Database")]
    [InlineData("Host=postgres://ada:hunter2@db.example.com/d;Database=d", "stand alone")]
    [InlineData("Hots=db.example.com;Database=d;Password=hunter2", "'hots'")]
    [InlineData("Host=db.example.com;Database=d;Password=a;hunter2=1", "quotes")]
    [InlineData("Host=db.example.com;Database=d;Password=a;hunter2", "quotes")]
    [InlineData("Host=db.example.com;Database=d;Port=99999;Password=hunter2", "Port")]
    [InlineData("Host=db.example.com:99999;Database=d;Password=hunter2", "Host")]
    [InlineData("Host=a:hunter2,b;Database=d", "Host")]
    [InlineData("Host=a,,b;Database=d;Password=hunter2", "Host")]
    [InlineData("Host=[::1]:0;Database=d;Password=hunter2", "Host")]
    [InlineData("Host=a;Database=d;Maximum Pool Size=0;Password=hunter2", "Maximum Pool Size")]
    [InlineData("Host=a;Database=d;Minimum Pool Size=21;Password=hunter2", "Minimum Pool Size")]
    [InlineData("Host=a;Database=d;Connection Idle Lifetime=1;Connection Pruning Interval=10;Password=hunter2", "Connection Idle Lifetime")]
    [InlineData("Host=a;Database=d;TCP Keepalive Interval=5;Password=hunter2", "TCP Keepalive Time")]
    [InlineData("Host=a;Database=d;SSL Negotiation=Direct;SSL Mode=Disable;Password=hunter2", "SSL Negotiation")]
    [InlineData("Host=a;Database=d;GSS Encryption Mode=Require;Password=hunter2", "GSS Encryption Mode")]
    [InlineData("Host=a;Database=d;Read Buffer Size=5;Password=hunter2", "Read Buffer Size")]
    [InlineData("Host=a;Database=d;Write Buffer Size=100;Password=hunter2", "Write Buffer Size")]
    [InlineData("Host=a;Database=d;Encoding=hunter2", "Encoding has to be UTF8")]
    [InlineData("Host=a;Database=d;Client Encoding=latin1;Password=hunter2", "Client Encoding has to be UTF8")]
    [InlineData("postgres://ada:hunter2@a/d?target_session_attrs=read-write", "Target Session Attributes")]
    public void A_fault_is_named_without_its_value(string connectionString, string named)
    {
        var refusal = Assert.Throws<ArgumentException>(() => PostgresServer.Parse(connectionString));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=::1,[::1]:5433,/var/run/postgresql,a:1,b")]
    [InlineData("Host=a;Port=65535;Encoding=UTF8;Client Encoding=utf-8;Maximum Pool Size=1")]
    [InlineData("Host=a;Target Session Attributes=any;TCP Keepalive Time=5;TCP Keepalive Interval=5")]
    [InlineData("Host=a;SSL Mode=VerifyFull;SSL Negotiation=Direct;GSS Encryption Mode=Prefer")]
    public void A_supported_connection_string_is_not_refused(string place) => PostgresServer.Parse(place + ";Database=handstamp");

    [Theory]
    [InlineData("Root Certificate")]
    [InlineData("SSL Certificate")]
    [InlineData("SSL Key")]
    [InlineData("Passfile")]
    public void A_file_that_cannot_be_read_is_named_by_its_keyword(string keyword)
    {
        var server = PostgresServer.Parse($"{Minimal};{keyword}=/there/is/no/hunter2");

        var refusal = Assert.Throws<StorageStartException>(server.CheckFiles);

        Assert.Contains($"has a {keyword} that", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db.example.com", true, false, false)]
    [InlineData("Host=db.example.com;SSL Mode=Prefer", true, true, false)]
    [InlineData("Host=127.0.0.1,db.example.com;SSL Mode=Disable", true, true, false)]
    [InlineData("Host=db.example.com;SSL Mode=VerifyFull;Require Auth=MD5", false, false, true)]
    [InlineData("Host=127.0.0.1;Require Auth=ScramSHA256,Password", false, false, true)]
    [InlineData("Host=127.0.0.1;Require Auth=!MD5", false, false, true)]
    [InlineData("Host=127.0.0.1", false, false, false)]
    public void Settings_weaker_than_the_default_are_listed(string place, bool open, bool plain, bool givesAway)
    {
        var server = PostgresServer.Parse(place + ";Database=handstamp");

        Assert.Equal((open, plain, givesAway), (server.IsLineOpen, server.IsLinePlain, server.GivesPasswordAway));
    }

    [Fact]
    public void The_name_of_a_server_does_not_contain_the_password()
    {
        Assert.Equal("handstamp on db.example.com", PostgresServer.Parse(Minimal).Name);
        Assert.DoesNotContain("secret", PostgresServer.Parse(Minimal).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", "Prefer", false)]
    [InlineData("localhost:5433,127.0.0.1,[::1]:5432", "Disable", false)]
    [InlineData("/var/run/postgresql", "Disable", false)]
    [InlineData("db.example.com", "Prefer", true)]
    [InlineData("127.0.0.1,db.example.com", "Prefer", true)]
    [InlineData("db.example.com", "Require", true)]
    [InlineData("db.example.com", "VerifyCA", false)]
    [InlineData("db.example.com", "VerifyFull", false)]
    public void A_connection_is_open_if_it_leaves_the_machine_and_the_server_is_not_verified(string host, string mode, bool open) =>
        Assert.Equal(open, PostgresServer.Parse($"Host={host};Database=handstamp;SSL Mode={mode}").IsLineOpen);

    [Fact]
    public void The_number_of_connections_can_be_set()
    {
        Assert.Equal(20, PostgresServer.Parse(Minimal).Connections);
        Assert.Equal(7, PostgresServer.Parse(Minimal + ";Maximum Pool Size=7").Connections);
    }

    [Fact]
    public async Task Adding_the_storage_again_changes_nothing()
    {
        var services = new ServiceCollection().AddLogging().AddHandstampPostgres(Minimal).AddHandstampPostgres("Host=a;Database=b");

        Assert.Single(services, service => service.ServiceType == typeof(ISessionStore));
        await using var provider = services.BuildServiceProvider();
        Assert.Equal("handstamp on db.example.com", provider.GetRequiredService<PostgresServer>().Name);
        Assert.Same(provider.GetRequiredService<PostgresStorage>(), provider.GetRequiredService<IStorage>());
        Assert.Same(provider.GetRequiredService<PostgresNodes>(), provider.GetRequiredService<INodes>());
    }
}
