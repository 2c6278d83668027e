using System.Text;
using System.Text.Json.Nodes;
using Handstamp.Server.Audit;
using Handstamp.Server.Tests.Pages;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Handstamp.Server.Tests.ExternalLogins;

/// <summary>Secrets go through the routes of external logins; then everything that stays behind is searched for them.</summary>
public sealed class ExternalCanaryTests
{
    [Fact]
    public async Task No_secret_of_a_login_at_a_provider_is_in_the_database_the_logs_or_an_error()
    {
        await using var app = await ExternalApp.StartAsync();
        var (secrets, answers) = (new List<string> { ProviderDouble.ClientSecret, "canary-access-token" }, new List<string>());
        app.Provider.Change = claims => secrets.Add(claims["nonce"]!.GetValue<string>());
        foreach (var fault in (string[])["", "token", "500", "state", "code"])
        {
            app.Provider.Answers.Clear();
            var started = await app.StartLoginAsync();
            var callback = app.Provider.Approve(started.Url!, ExternalApp.Ada);
            var query = QueryHelpers.ParseQuery(new Uri(callback).Query);
            secrets.AddRange([started.Ceremony, started.Ceremony[^43..], query["code"]!, query["state"]!]);
            var token = app.Provider.IdToken(ExternalApp.Ada, "canary-nonce") + (fault == "token" ? "x" : "");
            secrets.AddRange([token, token[^43..]]);
            if (fault == "token")
                app.Provider.Answers["/token"] = context => ProviderDouble.WriteAsync(
                    context, new JsonObject { ["id_token"] = token, ["access_token"] = "canary-access-token" });
            if (fault == "500") app.Provider.Answers["/token"] = context => { context.Response.StatusCode = 500; return Task.CompletedTask; };
            if (fault == "state") callback = callback.Replace("state=", "state=x", StringComparison.Ordinal);
            if (fault == "code") callback = callback.Replace("code=", "code=x", StringComparison.Ordinal);

            using var answer = await app.EndLoginAsync(started.Ceremony, callback);
            Assert.Equal(fault.Length == 0, answer.IsSuccessStatusCode);
            if (fault.Length > 0) answers.Add(await answer.Content.ReadAsStringAsync() + answer.Headers);
        }
        using var browser = new PageBrowser(app.App);
        var start = await browser.GetAsync("/account/external/corp");
        secrets.Add(browser.Cookies["__Secure-handstamp-external"]);
        answers.Add((await browser.GetAsync(new Uri(app.Provider.Approve(start.Location!, ExternalApp.Ada)).PathAndQuery + "x")).Html);
        await app.App.Get<RefusalTally>().WriteAsync();

        var logs = app.App.Logs.Lines.ToList();
        Assert.Contains(logs, line => line.Contains("A login at the provider corp was refused", StringComparison.Ordinal));
        var files = new DirectoryInfo(app.App.Directory).EnumerateFiles().Select(Read).ToList();
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(logs, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(answers, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.All(files, content => Assert.True(content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0));
        }
    }

    static byte[] Read(FileInfo file)
    {
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
