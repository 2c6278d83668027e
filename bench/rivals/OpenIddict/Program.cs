using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Validation.AspNetCore;
using Rivals;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.AddDbContextPool<Accounts>(options =>
{
    options.UseDurableDatabase(builder.Configuration);
    options.UseOpenIddict();
});
builder.Services.AddSingleton<IPasswordHasher<IdentityUser>, Argon2idHasher>();
builder.Services.AddIdentityCore<IdentityUser>().AddEntityFrameworkStores<Accounts>();

// The cheapest of its settings that keep rolling refresh tokens: access tokens signed with ES256 and not encrypted,
// clients not registered, scopes not looked up.
builder.Services.AddOpenIddict()
    .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<Accounts>())
    .AddServer(server =>
    {
        server.SetTokenEndpointUris("connect/token");
        server.AllowPasswordFlow().AllowRefreshTokenFlow();
        server.AcceptAnonymousClients().DisableScopeValidation().DisableAccessTokenEncryption();
        server.AddSigningKey(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "bench" });
        server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
        server.UseAspNetCore().EnableTokenEndpointPassthrough().DisableTransportSecurityRequirement();
    })
    .AddValidation(validation =>
    {
        validation.UseLocalServer();
        validation.UseAspNetCore();
    });
builder.Services.AddAuthentication(OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme);
builder.Services.AddAuthorization();

var app = builder.Build();
await app.CreateDatabaseAsync();
app.UseAuthentication();
app.UseAuthorization();
app.MapPost("/register", TokenEndpoint.RegisterAsync);
app.MapPost("/connect/token", TokenEndpoint.ExchangeAsync);
app.MapGet("/health", () => "well\n");
app.MapGet("/me", () => "You are welcome.\n").RequireAuthorization();
await app.StartAsync();
Console.WriteLine($"listening on {app.Urls.First()}");
await app.WaitForShutdownAsync();
