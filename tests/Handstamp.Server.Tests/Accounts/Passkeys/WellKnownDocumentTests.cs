using System.Text;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>The documents for phones and browsers, for several apps.</summary>
public sealed class WellKnownDocumentTests
{
    const string First = "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F";
    const string Second = "FF:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F";

    const string Relations = """["delegate_permission/common.handle_all_urls","delegate_permission/common.get_login_creds"]""";

    [Fact]
    public async Task An_app_of_Android_has_all_its_certificates_in_one_entry()
    {
        var documents = Documents($"com.example.app={First}", "ABCDE12345.com.example.app", $"com.example.other={Second}", $"com.example.app={Second}");

        Assert.Equal(
            $$$"""[{"relation":{{{Relations}}},"target":{"namespace":"android_app","package_name":"com.example.app","sha256_cert_fingerprints":["{{{First}}}","{{{Second}}}"]}},"""
            + $$$"""{"relation":{{{Relations}}},"target":{"namespace":"android_app","package_name":"com.example.other","sha256_cert_fingerprints":["{{{Second}}}"]}}]""",
            await ReadAsync(documents.AndroidAsync));
    }

    [Fact]
    public async Task All_apps_of_Apple_are_listed_in_their_order()
    {
        var documents = Documents("ABCDE12345.com.example.second", $"com.example.app={First}", "ABCDE12345.com.example.first");

        Assert.Equal(
            """{"webcredentials":{"apps":["ABCDE12345.com.example.second","ABCDE12345.com.example.first"]}}""", await ReadAsync(documents.AppleAsync));
    }

    [Fact]
    public async Task A_document_is_there_only_for_what_there_is()
    {
        var apple = Documents("ABCDE12345.com.example.app");
        var android = Documents($"com.example.app={First}");

        Assert.Null(await ReadAsync(apple.AndroidAsync));
        Assert.Null(await ReadAsync(android.AppleAsync));
        Assert.Null(await ReadAsync(apple.OriginsAsync));
        Assert.Null(await ReadAsync(android.OriginsAsync));
    }

    static WellKnownPasskeys Documents(params string[] apps) => new(new RelyingParty(
        Options.Create(new HandstampOptions { Issuer = HandstampApp.Issuer }), Options.Create(new PasskeyOptions { Apps = apps })));

    /// <summary>The document, which every phone and browser may keep for an hour; null if it is not there.</summary>
    static async Task<string?> ReadAsync(Func<HttpContext, ValueTask<Refusal?>> document)
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;

        if (await document(context) is { } refusal)
        {
            Assert.Equal((Problems.NotFound, 0L), (refusal.Problem, body.Length));
            Assert.Empty(context.Response.Headers);
            return null;
        }
        Assert.Equal("public, max-age=3600", context.Response.Headers.CacheControl.ToString());
        Assert.Equal("application/json", context.Response.ContentType);
        return Encoding.UTF8.GetString(body.ToArray());
    }
}
