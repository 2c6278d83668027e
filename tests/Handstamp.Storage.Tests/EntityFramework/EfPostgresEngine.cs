using Handstamp.Storage.Tests.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>An app's schema on PostgreSQL through EF Core, with retries of transient failures; the ids of its users are GUIDs.</summary>
public class EfPostgresEngine : PostgresEngine
{
    public override bool KeepsEvents => false;

    public override async Task<long> CountRowsAsync() => (long)(await AskAsync(EfTestServices.CountRows))!;

    public override Task ChangeAsync(string sql) => base.ChangeAsync(EfTestServices.Translated(sql));

    protected override async Task PrepareAsync()
    {
        var options = new DbContextOptionsBuilder<UsersContext<Guid>>().UseNpgsql(ConnectionString).Options;
        await using var context = new UsersContext<Guid>(options);
        await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync(TestContext.Current.CancellationToken);
    }

    protected override void AddStores(IServiceCollection services)
    {
        services.AddSingleton(_ => NpgsqlDataSource.Create(ConnectionString));
        services.AddDbContext<UsersContext<Guid>>((provider, options) => options.UseNpgsql(
            provider.GetRequiredService<NpgsqlDataSource>(), Configure));
        services.AddEfTestStores<Guid>();
    }

    protected virtual void Configure(NpgsqlDbContextOptionsBuilder server) => server.EnableRetryOnFailure();
}
