using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Handstamp.Bearer.Tests.EndToEnd;

/// <summary>Libraries that know nothing of Handstamp verify its access tokens, and refuse other tokens.</summary>
public sealed class OtherVerifiersTests
{
    static string Tampered(string token)
    {
        var at = token.LastIndexOf('.') + 1;
        return token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
    }

    [Fact]
    public async Task AddJwtBearer_accepts_an_access_token_and_refuses_a_tampered_and_a_refresh_token()
    {
        await using var service = await Service.StartAsync();
        await using var api = await StartJwtBearerAsync(service.Address);
        var login = await service.JoinAsync();

        var accepted = await GetAsync(api, login.AccessToken);
        Assert.Equal(HttpStatusCode.OK, accepted.Status);
        Assert.Equal(Subject(login.AccessToken), accepted.Body);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(api, Tampered(login.AccessToken))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(api, login.RefreshToken)).Status);
    }

    [Fact]
    public async Task Jose_in_Node_accepts_an_access_token_and_refuses_a_tampered_and_a_refresh_token()
    {
        await using var service = await Service.StartAsync();
        var login = await service.JoinAsync();

        Assert.Equal($$"""{"sub":"{{Subject(login.AccessToken)}}"}""", await VerifyInNodeAsync(service.Address, login.AccessToken));
        Assert.Equal("""{"code":"ERR_JWS_SIGNATURE_VERIFICATION_FAILED"}""", await VerifyInNodeAsync(service.Address, Tampered(login.AccessToken)));
        Assert.Equal("""{"code":"ERR_JWS_INVALID"}""", await VerifyInNodeAsync(service.Address, login.RefreshToken));
    }

    static async Task<WebApplication> StartJwtBearerAsync(string authority)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddAuthentication().AddJwtBearer(options =>
        {
            options.Authority = authority;
            options.Audience = authority;
            options.RequireHttpsMetadata = false;
            options.TokenValidationParameters.ValidTypes = ["at+jwt"];
        });
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.MapGet("/me", (ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier)).RequireAuthorization();
        await app.StartAsync();
        return app;
    }

    static async Task<(HttpStatusCode Status, string Body)> GetAsync(WebApplication api, string token)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.GetAsync(new Uri(api.Urls.Single() + "/me"));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    static async Task<string> VerifyInNodeAsync(string issuer, string token)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Root(), "tests", "Handstamp.Bearer.Tests", "node", "verify.mjs"), issuer, token])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var (output, error) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.WaitForExitAsync();
        Assert.Equal("", await error);
        return (await output).Trim();
    }

    static string Subject(string token)
    {
        using var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
        return claims.RootElement.GetProperty("sub").GetString()!;
    }

    static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Handstamp.slnx")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside of their repository.");
        return directory.FullName;
    }
}
