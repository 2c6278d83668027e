using Handstamp.Server.Audit;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.TestBed.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Proof.Upgrade;

/// <summary>
/// A node of a version that does not exist yet, in this process: it knows more migrations than the executable.
/// </summary>
sealed class TomorrowsNode : IAsyncDisposable
{
    readonly WebApplication _app;

    TomorrowsNode(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public Database Database => _app.Services.GetRequiredService<PostgresStorage>().Database;

    /// <summary>Starts the node on the database of today's nodes, which changes the schema.</summary>
    public static async Task<TomorrowsNode> StartAsync(HandstampNodes today, Uri issuer, TimeSpan window, IEnumerable<string> scripts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Issuer"] = issuer.GetLeftPart(UriPartial.Authority);
        builder.Configuration["Keys:MasterKey"] = today.MasterKey;
        builder.Configuration["Sessions:RetryWindow"] = $"{window:c}";
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHandstamp(builder.Configuration);
        builder.Services.AddSingleton(services => new PostgresStorage(
            services.GetRequiredService<Storage.Postgres.Engine.PostgresServer>(), services.GetRequiredService<Telemetry>(),
            services.GetRequiredService<IOptions<StorageOptions>>(), services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<PostgresStorage>>())
        {
            Migrations = new Migrations([.. Migrations.Own.Scripts, .. scripts]),
        });
        builder.Services.AddHandstampPostgres(today.ConnectionString);
        var app = builder.Build();
        app.MapHandstamp();
        await app.StartAsync();
        return new TomorrowsNode(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
