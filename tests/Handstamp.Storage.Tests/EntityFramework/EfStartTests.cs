using Handstamp.Server.Storage;
using Handstamp.Storage.EntityFramework;
using Handstamp.Storage.Tests.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>What the start says of a database that the app has not prepared.</summary>
public sealed class EfStartTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Without_the_tables_the_start_says_how_to_make_them()
    {
        var fault = await Assert.ThrowsAsync<StorageStartException>(() => OpenAsync<SessionsContext>(_ => Task.CompletedTask));

        Assert.Contains("dotnet ef migrations add", fault.Message, StringComparison.Ordinal);
        Assert.False(fault.MayPass);
    }

    [Fact]
    public async Task Without_the_model_the_start_names_the_call() => Assert.Contains(
        "UseHandstamp", (await Assert.ThrowsAsync<StorageStartException>(() => OpenAsync<BareContext>(_ => Task.CompletedTask))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Without_the_first_rows_the_start_says_so()
    {
        var fault = await Assert.ThrowsAsync<StorageStartException>(() => OpenAsync<SessionsContext>(async context =>
        {
            await context.Database.EnsureCreatedAsync();
            await context.Database.ExecuteSqlRawAsync("DELETE FROM HandstampKeyRing");
        }));

        Assert.Contains("first rows", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task With_the_tables_it_starts() => OpenAsync<SessionsContext>(context => context.Database.EnsureCreatedAsync());

    [Fact]
    public async Task A_column_of_the_app_that_would_stay_empty_stops_the_start()
    {
        var fault = await Assert.ThrowsAsync<StorageStartException>(() => OpenAsync<DemandingContext>(context => context.Database.EnsureCreatedAsync()));

        Assert.Contains("'Tenant' of HandstampSessions", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    async Task OpenAsync<TContext>(Func<TContext, Task> prepare) where TContext : DbContext
    {
        var services = new ServiceCollection();
        services.AddDbContext<TContext>(options => options.UseSqlite($"Data Source={_folder.At("app.db")};Pooling=False"));
        services.AddEfStores(typeof(TContext));
        await using var provider = services.BuildServiceProvider();
        await using (var scope = provider.CreateAsyncScope()) await prepare(scope.ServiceProvider.GetRequiredService<TContext>());
        await provider.GetRequiredService<IStorage>().OpenAsync(TestContext.Current.CancellationToken);
    }

    sealed class DemandingContext(DbContextOptions<DemandingContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.UseHandstamp();
            modelBuilder.Model.GetEntityTypes().Single(type => type.GetTableName() == "HandstampSessions").AddProperty("Tenant", typeof(string)).IsNullable = false;
        }
    }

    sealed class BareContext(DbContextOptions<BareContext> options) : DbContext(options);
}
