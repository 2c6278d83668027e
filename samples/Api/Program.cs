using System.Security.Claims;
using Microsoft.Extensions.FileProviders;

var builder = WebApplication.CreateBuilder(args);
var address = builder.Configuration["urls"] ?? "http://127.0.0.1:5111";
builder.WebHost.UseUrls(address);
var authority = builder.Configuration["Authority"] ?? "http://127.0.0.1:5110";

builder.Services.AddAuthentication().AddHandstampBearer(options =>
{
    options.Authority = authority;
    // What callers see, for tokens that are bound to a key.
    options.PublicOrigin = builder.Configuration["PublicOrigin"] ?? address;
});
builder.Services.AddAuthorization();

var app = builder.Build();

// A page of the API's own origin, such as samples/Web.
if (builder.Configuration["Page"] is { } page)
    app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Path.GetFullPath(page)) });

app.MapGet("/", () => "Anyone can read this. /me needs a token, /admin a token of an admin.\n");

app.MapGet("/me", (ClaimsPrincipal user) => $"You are {user.Identity!.Name}.\n")
    .RequireAuthorization();

app.MapGet("/admin", (ClaimsPrincipal user) => $"You are {user.Identity!.Name}, and an admin.\n")
    .RequireAuthorization(policy => policy.RequireRole("admin"));

app.MapHealthChecks("/health");

app.Run();
