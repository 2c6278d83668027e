using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Samples.Adopt;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenApi();
builder.Services.AddDbContext<AppDb>(options => options.UseSqlite(builder.Configuration.GetConnectionString("App")));
builder.Services.AddAuthorization();
builder.Services.AddIdentityApiEndpoints<AppUser>().AddRoles<IdentityRole>().AddEntityFrameworkStores<AppDb>();

var app = builder.Build();

using (var scope = app.Services.CreateScope())
    scope.ServiceProvider.GetRequiredService<AppDb>().Database.Migrate();

app.MapOpenApi();
app.MapIdentityApi<AppUser>();

string[] summaries = ["Freezing", "Chilly", "Mild", "Warm", "Hot"];

app.MapGet("/weatherforecast", (ClaimsPrincipal user) => summaries.Select((summary, day) =>
    new WeatherForecast(user.Identity!.Name!, DateOnly.FromDateTime(DateTime.Now.AddDays(day)), 10 * day - 5, summary))).RequireAuthorization();

app.Run();

sealed record WeatherForecast(string For, DateOnly Date, int TemperatureC, string Summary);
