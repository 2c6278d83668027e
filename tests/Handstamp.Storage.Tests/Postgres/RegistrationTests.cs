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
