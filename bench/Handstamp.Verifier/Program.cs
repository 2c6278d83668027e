using Handstamp.Floor;
using Handstamp.Verifier;
using Microsoft.IdentityModel.Tokens;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
var issuer = builder.Configuration["issuer"]!;

if (builder.Configuration["scheme"] == "jwt")
{
    builder.Services.AddAuthentication("Bearer").AddJwtBearer(jwt =>
    {
        (jwt.Authority, jwt.Audience, jwt.RequireHttpsMetadata) = (issuer, issuer, false);
        jwt.TokenValidationParameters.ValidTypes = ["at+jwt"];
        jwt.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256];
    });
}
else if (builder.Configuration["scheme"] == FloorHandler.Scheme)
{
    builder.Services.AddSingleton(await TokenCheck.LoadAsync(new Uri($"{issuer}/.well-known/jwks.json")));
    builder.Services.AddTransient<FloorHandler>();
    builder.Services.AddAuthentication(schemes => schemes.AddScheme<FloorHandler>(FloorHandler.Scheme, null));
}
else
{
    builder.Services.AddAuthentication().AddHandstampBearer(issuer);
}

builder.Services.AddAuthorization();

var app = builder.Build();
app.MapGet("/health", () => "well\n");
foreach (var path in (string[])["/me", "/known", "/new"])
    app.MapGet(path, () => "You are welcome.\n").RequireAuthorization();
await app.StartAsync();
Console.WriteLine($"listening on {app.Urls.First()}");
await app.WaitForShutdownAsync();
