using Handstamp.Storage.Tests.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>An app's SQLite file through EF Core; the ids of its users are texts.</summary>
public sealed class EfSqliteEngine : EngineUnderTest
{
    readonly TemporaryFolder _folder = new();

    public override bool KeepsEvents => false;

    string File => _folder.At("app.db");

    public override async Task OpenAsync()
    {
        Build();
        await using (var scope = Get<IServiceScopeFactory>().CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<UsersContext<string>>().Database.EnsureCreatedAsync();
        await Storage.OpenAsync(TestContext.Current.CancellationToken);
    }

    public override Task<long> CountRowsAsync() => Task.FromResult(Sql.Ask<long>(File, EfTestServices.CountRows));

    public override Task ChangeAsync(string sql)
    {
        using var database = Sql.Open(File);
        database.Run(EfTestServices.Translated(sql));
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override void AddStores(IServiceCollection services)
    {
        // Not pooled, so that the file is free when the engine is closed.
        services.AddDbContext<UsersContext<string>>(options => options.UseSqlite($"Data Source={File};Pooling=False"));
        services.AddEfTestStores<string>();
    }
}
