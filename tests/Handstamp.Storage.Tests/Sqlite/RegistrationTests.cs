using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Handstamp.Storage.Sqlite;
using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Storage.Tests.Sqlite;

public sealed class RegistrationTests
{
    [Theory]
    [InlineData("/data/handstamp.db")]
    [InlineData("Data Source=/data/handstamp.db")]
    [InlineData("DataSource = \"/data/handstamp.db\";")]
    public void A_database_is_named_by_its_path_or_as_a_data_source(string connectionString) =>
        Assert.Equal("/data/handstamp.db", SqliteFile.Parse(connectionString).Path);

    [Fact]
    public void A_directory_may_have_any_name() =>
        Assert.Equal("/data=all/handstamp.db", SqliteFile.Parse("/data=all/handstamp.db").Path);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(":memory:")]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=")]
    [InlineData("Data Source=a.db;Cache=Shared")]
    [InlineData("Data Source=a.db;Mode=Memory")]
    [InlineData("Host=localhost")]
    public void A_connection_string_with_unsupported_settings_is_refused(string connectionString) =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddHandstampSqlite(connectionString));

    [Fact]
    public async Task Adding_the_storage_again_changes_nothing()
    {
        var services = new ServiceCollection().AddLogging()
            .AddHandstampSqlite("first.db").AddHandstampSqlite("second.db");

        Assert.Single(services, service => service.ServiceType == typeof(ISessionStore));
        await using var provider = services.BuildServiceProvider();
        Assert.EndsWith("first.db", provider.GetRequiredService<SqliteFile>().Path);
        Assert.Same(provider.GetRequiredService<SqliteStorage>(), provider.GetRequiredService<IStorage>());
    }
}
