using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.Keys;
using Handstamp.Server.Tests.Accounts;
using Handstamp.Server.Tests.Accounts.Former;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.Pages;
using Handstamp.Server.Tests.SignIn;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Handstamp.Server.Tests;

/// <summary>Secrets go through every route; then everything that is left behind is searched for them.</summary>
public sealed class CanaryTests
{
    const string Password = "canary-password-4711";
    const string NewPassword = "canary-password-0815";
    const string FormerPassword = "canary-password-1147";
    const string FormerToken = "canary-refresh-token-of-the-former-system";
    const string SiteSecret = "canary-secret-of-the-site";

    [Fact]
    public async Task No_secret_is_in_the_database_the_logs_the_traces_the_metrics_or_an_error()
    {
        // Other tests run at the same time and write there, too.
        var traces = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            // Not the HTTP client's, which belongs to the test.
            ShouldListenTo = source => source.Name is Telemetry.Name or "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => traces.Enqueue($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)}"),
        };
        ActivitySource.AddActivityListener(listener);
        var metrics = new ConcurrentQueue<string>();
        using var meters = new MeterListener { InstrumentPublished = (instrument, meter) => { if (instrument.Meter.Name == Telemetry.Name) meter.EnableMeasurementEvents(instrument); } };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => metrics.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        meters.Start();

        var directory = Directory.CreateTempSubdirectory("handstamp-test-");
        try
        {
            using var mails = new MailFolder();
            await using var former = await FormerSystem.StartAsync();
            await using var verifier = await SiteVerifyDouble.StartAsync();
            var app = await HandstampApp.StartAsync(
                new(mails.Settings)
                {
                    ["Sessions:AllowRefreshTokenInQuery"] = "true",
                    ["Accounts:LoginByMail"] = "true",
                    ["FormerSystem:PasswordUrl"] = former.Url,
                    ["FormerSystem:SessionUrl"] = former.Url,
                    ["FormerSystem:Secret"] = FormerSystem.Secret,
                    ["FormerSystem:Until"] = "2026-01-10",
                    ["Challenge:Mode"] = "auto",
                    ["Challenge:SiteVerify:Service"] = "turnstile",
                    ["Challenge:SiteVerify:Url"] = $"{verifier.Address}/siteverify",
                    ["Challenge:SiteVerify:SiteKey"] = "public-key-of-the-site",
                    ["Challenge:SiteVerify:Secret"] = SiteSecret,
                }, directory.FullName);
            var answers = new List<string>();
            List<string> secrets =
            [
                .. await WalkEveryRouteAsync(app, mails, answers),
                .. await WalkFormerSystemAsync(app, former, answers),
                .. await WalkChallengeAsync(app, verifier, answers),
            ];
            // Refusals stay in memory for some seconds; everything else is in the trail.
            await app.Get<RefusalTally>().WriteAsync();
            var trail = await app.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 1000, default);
            Assert.Contains(trail.Events, done => done.Kind == EventKind.LoginRefused);
            Assert.Contains(trail.Events, done => done.Kind == EventKind.AccountPasswordChanged);
            Assert.Contains(trail.Events, done => done.Kind == EventKind.ApiAdded);
            var logs = app.Logs.Lines.ToList();
            // While the service runs: the write-ahead log is beside the database.
            var files = ReadAll(directory);
            await app.DisposeAsync();

            foreach (var secret in secrets)
            {
                Assert.DoesNotContain(logs, line => line.Contains(secret, StringComparison.Ordinal));
                Assert.DoesNotContain(traces, line => line.Contains(secret, StringComparison.Ordinal));
                Assert.DoesNotContain(metrics, line => line.Contains(secret, StringComparison.Ordinal));
                Assert.DoesNotContain(answers, line => line.Contains(secret, StringComparison.Ordinal));
                foreach (var (name, content) in files)
                    Assert.True(content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"A secret is in {name}.");
            }
            Assert.NotEmpty(traces);
            Assert.NotEmpty(metrics);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Every secret that was sent or received. The texts of errors are added to <paramref name="answers"/>.</summary>
    static async Task<List<string>> WalkEveryRouteAsync(HandstampApp app, MailFolder mails, List<string> answers)
    {
        const string email = "canary@example.com";
        await app.RegisterAsync(email, Password);
        var login = await app.LoginAsync(email, Password);
        app.Jump(TimeSpan.FromMinutes(1));
        var refreshed = await app.RefreshedAsync(login.RefreshToken!);
        var credential = ResourceServerCredential.Create("canary-api");
        await app.Get<IResourceServerStore>().TryAddAsync(new ResourceServer(credential.Name, credential.SecretHash, app.Clock.GetUtcNow()));

        foreach (var (method, route, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Post, "/register", new { email, password = Password }),
            (HttpMethod.Post, "/login", new { email, password = Password + "x" }),
            (HttpMethod.Post, "/login", new { email, password = Password, unknown = Password }),
            (HttpMethod.Post, "/login", new { email = Password, password = login.RefreshToken }),
            (HttpMethod.Post, "/refresh", new { refresh_token = login.RefreshToken + "x" }),
            (HttpMethod.Post, "/refresh", new { refresh_token = login.AccessToken }),
            (HttpMethod.Post, $"/refresh?refresh_token={login.RefreshToken}x", null),
            (HttpMethod.Delete, "/refresh", new { refresh_token = login.AccessToken }),
            (HttpMethod.Patch, $"/sessions/{login.SessionId}", new { device_name = "\u0007" }),
            (HttpMethod.Post, "/reauthenticate", new { password = NewPassword }),
            (HttpMethod.Post, "/reauthenticate", new { password = Password, method = NewPassword }),
            (HttpMethod.Post, "/reauthenticate", new { mfa_token = Password, method = "totp", code = NewPassword }),
            (HttpMethod.Post, "/passkeys", new { ceremony = login.RefreshToken, credential = new { id = Password } }),
            (HttpMethod.Post, "/login/passkey", new { ceremony = login.RefreshToken, credential = new { id = Password } }),
            (HttpMethod.Post, "/login/mfa/options", new { mfa_token = login.RefreshToken }),
            (HttpMethod.Post, "/password/change", new { current_password = "wrong", new_password = NewPassword }),
            (HttpMethod.Post, "/password/change", new { current_password = Password, new_password = email }),
        })
        {
            using var answer = await app.SendAsync(method, route, body, refreshed.AccessToken);
            Assert.False(answer.IsSuccessStatusCode, $"{method} {route.Split('?')[0]}");
            answers.Add(await answer.Content.ReadAsStringAsync() + answer.Headers);
        }
        using var me = await app.SendAsync(HttpMethod.Get, "/me", accessToken: login.RefreshToken);
        answers.Add(await me.Content.ReadAsStringAsync() + me.Headers);
        using var again = await app.PostAsync("/reauthenticate", new { password = Password }, refreshed.AccessToken);
        var renewed = await TokenSet.ReadAsync(again);
        using var changed = await app.PostAsync("/password/change", new { current_password = Password, new_password = NewPassword }, renewed.AccessToken);
        var fresh = await TokenSet.ReadAsync(changed);
        using var superseded = await app.RefreshAsync(refreshed.RefreshToken!);
        answers.Add(await superseded.Content.ReadAsStringAsync() + superseded.Headers);
        using var logout = await app.PostAsync("/logout", new { }, fresh.AccessToken);
        Assert.True(logout.IsSuccessStatusCode);

        using var forgotten = await app.PostAsync("/password/forgot", new { email });
        // The first mail is the notice of the change.
        var token = (await mails.ReadAsync(email, count: 2))[^1].Token();
        foreach (var (secret, password) in new[] { (token, email), (token + "x", NewPassword) })
        {
            using var refused = await app.PostAsync("/password/reset", new { token = secret, new_password = password });
            Assert.False(refused.IsSuccessStatusCode);
            answers.Add(await refused.Content.ReadAsStringAsync() + refused.Headers);
        }

        var byMail = new List<string>();
        using var resent = await app.PostAsync("/email/resend", new { email });
        using var coded = await app.PostAsync("/login/code/request", new { email });
        foreach (var mail in (await mails.ReadAsync(email, count: 4)).Skip(2))
        {
            byMail.AddRange([mail.Token(), mail.Token()[^43..]]);
            foreach (var (route, body) in new (string, object)[]
            {
                ("/email/verify", new { token = mail.Token() + "x" }), ("/login/link", new { token = mail.Token() + "x" }),
                ("/email/verify", new { email, code = mail.Code() + mail.Code() }), ("/email/change/undo", new { token = mail.Token() }),
                ("/me/restore", new { token = mail.Token() }),
            })
            {
                using var refused = await app.PostAsync(route, body);
                Assert.False(refused.IsSuccessStatusCode, route);
                answers.Add(await refused.Content.ReadAsStringAsync() + refused.Headers);
            }
        }
        byMail.AddRange(await WalkInvitationAsync(app, mails, answers));
        var factors = await WalkSecondFactorsAsync(app, answers);

        using var browser = new PageBrowser(app);
        await browser.LoginAsync(email, Password);
        var paged = await browser.LoginAsync(email, NewPassword);
        var form = (await browser.GetAsync("/account/logout")).HiddenFields("/account/logout")["form"];
        answers.Add(paged.Html);
        answers.Add((await browser.PostAsync("/account/logout", [new("form", form + "x")])).Html);

        var ring = app.Get<KeyRingService>().Ring;
        return
        [
            .. factors, Password, NewPassword, login.AccessToken, login.RefreshToken!, refreshed.AccessToken, refreshed.RefreshToken!,
            renewed.AccessToken, fresh.AccessToken, fresh.RefreshToken!,
            // The last 43 characters hold the MAC; the payload of an access token names only what is public.
            fresh.RefreshToken![^43..], login.RefreshToken![^43..], refreshed.RefreshToken![^43..], login.AccessToken[^43..], credential.Reveal()[^43..],
            browser.SessionToken!, browser.SessionToken![^43..], form, token, token[^43..], .. byMail,
            Convert.ToBase64String(ring.MacKey(app.Clock.GetUtcNow()).ExportSecret()),
        ];
    }

    static async Task<IReadOnlyList<string>> WalkInvitationAsync(HandstampApp app, MailFolder mails, List<string> answers)
    {
        const string email = "invited@example.com";
        await app.Get<InvitationOperations>().InviteAsync(email, ["editor"], Origin.Operator, default);
        var token = (await mails.ReadAsync(email, count: 1))[^1].Token();
        foreach (var password in new[] { email, Password, Password })
        {
            using var answer = await app.PostAsync("/invitations/accept", new { token, password });
            answers.Add(await answer.Content.ReadAsStringAsync() + answer.Headers);
        }
        return [token, token[^43..]];
    }

    static async Task<IReadOnlyList<string>> WalkSecondFactorsAsync(HandstampApp app, List<string> answers)
    {
        const string email = "factors@example.com";
        var person = new Person(app, email);
        await app.RegisterAsync(email, Password);
        var login = await app.LoginAsync(email, Password);
        await person.EnrolAsync(login);
        var (token, _) = await person.BeginAsync(Password);
        foreach (var (code, method) in new[] { (person.CodeIn(5), "totp"), (person.RecoveryCodes[0] + "x", "recovery_code"), (person.RecoveryCodes[0], "totp") })
        {
            using var refused = await person.ContinueAsync(token, code, method);
            Assert.False(refused.IsSuccessStatusCode);
            answers.Add(await refused.Content.ReadAsStringAsync() + refused.Headers);
        }
        using var done = await person.ContinueAsync(token, person.RecoveryCodes[1], "recovery_code");
        var tokens = await TokenSet.ReadAsync(done);
        return [token, token[^43..], Base32.Encode(person.Secret), .. person.RecoveryCodes, tokens.AccessToken, tokens.RefreshToken!];
    }

    static async Task<IReadOnlyList<string>> WalkFormerSystemAsync(HandstampApp app, FormerSystem former, List<string> answers)
    {
        const string email = "former@example.com";
        await app.Get<IAccountStore>().TryCreateAsync(TestAccounts.Account(Account.FormerPassword, email));
        // It says no, it fails, and it says too much.
        foreach (var say in new Action[] { () => former.Say(401), () => former.Say(500), () => former.Answer = SayTooMuchAsync })
        {
            say();
            foreach (var (route, body) in new (string, object)[]
            {
                ("/login/former", new { refresh_token = FormerToken }), ("/login/former", new { refresh_token = FormerToken, unknown = FormerToken }),
                ("/login/former", new { refresh_token = FormerToken + " " }), ("/refresh", new { refresh_token = FormerToken }),
            })
            {
                using var refused = await app.PostAsync(route, body);
                Assert.False(refused.IsSuccessStatusCode, route);
                answers.Add(await refused.Content.ReadAsStringAsync() + refused.Headers);
            }
            using var login = await app.PostAsync("/login", new { email, password = FormerPassword });
            Assert.False(login.IsSuccessStatusCode);
            answers.Add(await login.Content.ReadAsStringAsync() + login.Headers);
        }

        former.Say(204);
        await app.LoginAsync(email, FormerPassword);
        former.Answer = context => context.Response.WriteAsJsonAsync(new { email });
        using var moved = await app.PostAsync("/login/former", new { refresh_token = FormerToken });
        using var again = await app.PostAsync("/login/former", new { refresh_token = FormerToken });
        var session = await TokenSet.ReadAsync(moved);
        Assert.Equal(session.SessionId, (await TokenSet.ReadAsync(again)).SessionId);
        return [FormerSystem.Secret, FormerPassword, FormerToken, session.AccessToken, session.RefreshToken![^43..]];
    }

    static Task SayTooMuchAsync(HttpContext context)
    {
        context.Response.StatusCode = 418;
        return context.Response.WriteAsync($$"""{"{{FormerToken}}":"{{FormerPassword}}"}""");
    }

    static async Task<IReadOnlyList<string>> WalkChallengeAsync(HandstampApp app, SiteVerifyDouble verifier, List<string> answers)
    {
        for (var failure = 0; failure < 1000; failure++) app.Get<AttackWatch>().Note(IPAddress.Loopback);
        foreach (var (response, said) in new (string, string?)[]
        {
            ("", null), ("canary-response-of-the-widget", null), (SiteVerifyDouble.Right, """{"success":true,"hostname":"evil.example"}"""),
            (SiteVerifyDouble.Right + "2", """{"success":false,"error-codes":["invalid-input-secret"]}"""),
            (SiteVerifyDouble.Right + "3", $$"""{"success":"{{SiteSecret}}"}"""), (SiteVerifyDouble.Right + "4", verifier.Success),
        })
        {
            verifier.Success = said ?? verifier.Success;
            using var refused = await app.SendAsync(
                HttpMethod.Post, "/login", new { email = "canary@example.com", password = Password },
                change: request => request.Headers.TryAddWithoutValidation("Siteverify", response));
            Assert.False(refused.IsSuccessStatusCode, response);
            answers.Add(await refused.Content.ReadAsStringAsync() + refused.Headers);
        }
        Assert.Equal(5, verifier.Requests.Count);
        return [SiteSecret, SiteVerifyDouble.Right, "canary-response-of-the-widget"];
    }

    static List<(string Name, byte[] Content)> ReadAll(DirectoryInfo directory) =>
    [
        .. directory.EnumerateFiles().Select(file =>
        {
            // SQLite keeps the files open.
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return (file.Name, content);
        }),
    ];
}
