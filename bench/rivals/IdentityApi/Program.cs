using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Rivals;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.AddDbContextPool<Accounts>(options => options.UseDurableDatabase(builder.Configuration));
builder.Services.AddDataProtection()
    .PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(builder.Configuration["data"]!, "keys")));
builder.Services.AddSingleton<IPasswordHasher<IdentityUser>, Argon2idHasher>();
builder.Services.AddIdentityApiEndpoints<IdentityUser>().AddEntityFrameworkStores<Accounts>();
builder.Services.AddAuthorization();

var app = builder.Build();
await app.CreateDatabaseAsync();
app.MapIdentityApi<IdentityUser>();
app.MapGet("/health", () => "well\n");
app.MapGet("/me", () => "You are welcome.\n").RequireAuthorization();
await app.StartAsync();
Console.WriteLine($"listening on {app.Urls.First()}");
await app.WaitForShutdownAsync();
