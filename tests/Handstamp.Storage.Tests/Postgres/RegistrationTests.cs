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
    public void A_connection_string_that_would_not_be_followed_is_refused(string connectionString) =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddHandstampPostgres(connectionString));

    [Fact]
    public void Its_name_is_without_the_password()
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
    public void A_line_is_open_when_it_leaves_the_machine_and_the_other_end_is_not_verified(string host, string mode, bool open) =>
        Assert.Equal(open, PostgresServer.Parse($"Host={host};Database=handstamp;SSL Mode={mode}").IsLineOpen);

    [Fact]
    public void How_many_connections_there_are_can_be_said()
    {
        Assert.Equal(20, PostgresServer.Parse(Minimal).Connections);
        Assert.Equal(7, PostgresServer.Parse(Minimal + ";Maximum Pool Size=7").Connections);
    }

    [Fact]
    public async Task Adding_it_again_changes_nothing()
    {
        var services = new ServiceCollection().AddLogging().AddHandstampPostgres(Minimal).AddHandstampPostgres("Host=a;Database=b");

        Assert.Single(services, service => service.ServiceType == typeof(ISessionStore));
        await using var provider = services.BuildServiceProvider();
        Assert.Equal("handstamp on db.example.com", provider.GetRequiredService<PostgresServer>().Name);
        Assert.Same(provider.GetRequiredService<PostgresStorage>(), provider.GetRequiredService<IStorage>());
        Assert.Same(provider.GetRequiredService<PostgresNodes>(), provider.GetRequiredService<INodes>());
    }
}
