using Handstamp.Floor;
using Handstamp.Server.Audit;

var builder = WebApplication.CreateEmptyBuilder(new());
builder.Configuration.AddCommandLine(args);
builder.WebHost.UseKestrelCore().UseUrls(builder.Configuration["urls"]!);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.AddMetrics().AddLogging().AddSingleton<Telemetry>();

var app = builder.Build();
RequestDelegate answer = builder.Configuration["keys"] is { } keys
    ? new Api(await TokenCheck.LoadAsync(new Uri(keys))).HandleAsync
    : Service(app).HandleAsync;
app.Run(answer);
await app.StartAsync();
Console.WriteLine($"listening on {app.Urls.First()}");
await app.WaitForShutdownAsync();

static Service Service(WebApplication app) => new(app.Configuration["postgres"] is { } postgres
    ? PostgresSessions.Open(postgres)
    : SqliteSessions.Open(app.Configuration["data"]!, app.Services.GetRequiredService<Telemetry>()));
