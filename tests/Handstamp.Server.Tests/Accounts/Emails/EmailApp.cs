using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Outbox;
using Handstamp.Server.Tests.Mail;
using Handstamp.TestBed;
using MimeKit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>The whole service with a directory for its mails.</summary>
sealed class EmailApp : IAsyncDisposable
{
    readonly MailFolder _folder = new();

    public HandstampApp App { get; private set; } = null!;

    public static async Task<EmailApp> StartAsync(params (string Key, string Value)[] settings)
    {
        var started = new EmailApp();
        Dictionary<string, string?> all = new(started._folder.Settings)
        {
            // The tests ask for more mails than people do.
            ["Accounts:Throttle:AddressMails"] = "1000",
            ["Accounts:Throttle:NetworkMails"] = "1000",
        };
        foreach (var (key, value) in settings) all[key] = value;
        started.App = await HandstampApp.StartAsync(all);
        return started;
    }

    /// <summary>The newest mail to this address, after so many.</summary>
    public async Task<MimeMessage> MailAsync(int count = 1, string to = HandstampApp.Email) => (await _folder.ReadAsync(to, count))[^1];

    public IReadOnlyList<MimeMessage> Mails => _folder.Read();

    /// <summary>Waits until nothing waits in the outbox.</summary>
    public Task IsSentAsync() => Eventually.TrueAsync(
        async () => (await App.Get<IOutboxStore>().ListAsync(null, 1, default)).Count == 0, "the outbox is empty");

    public async Task<Account?> AccountAsync(string email = HandstampApp.Email) =>
        await App.Get<IAccountStore>().FindAsync(IdentifierKind.Email, EmailAddress.Canonical(email), default);

    public async Task DoneAsync(string route, object body, string? accessToken = null, HttpStatusCode status = HttpStatusCode.NoContent)
    {
        using var answer = await App.PostAsync(route, body, accessToken);
        Assert.True(answer.StatusCode == status, $"{route}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    public async Task<ProblemAnswer> RefusedAsync(string route, object body, HttpStatusCode status, string code, string? accessToken = null)
    {
        using var answer = await App.PostAsync(route, body, accessToken);
        return await AccountService.RefusedAsync(answer, status, code);
    }

    public async Task<TokenSet> TokensAsync(string route, object body)
    {
        using var answer = await App.PostAsync(route, body);
        return await TokenSet.ReadAsync(answer);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        _folder.Dispose();
    }
}
