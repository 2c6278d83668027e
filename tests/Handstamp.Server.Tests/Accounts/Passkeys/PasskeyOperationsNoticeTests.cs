using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.Mail;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>
/// What is made known of a change of passkeys: a notice for the owner, of which an account gets one an hour here, and a line in the log.
/// </summary>
public sealed class PasskeyOperationsNoticeTests : IAsyncLifetime
{
    static readonly Origin Person = new(new Actor(ActorKind.Person), IPAddress.Loopback);

    readonly Account _ada = TestAccounts.Account();
    readonly Account _eve = TestAccounts.Account(email: "eve@example.com");
    readonly MailFolder _folder = new();
    HandstampApp _app = null!;

    PasskeyOperations Passkeys => _app.Get<PasskeyOperations>();

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync(new(_folder.Settings) { ["Accounts:Throttle:AddressMails"] = "1" });
        foreach (var account in new[] { _ada, _eve }) Assert.True(await _app.Get<IAccountStore>().TryCreateAsync(account));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_passkey_that_was_added_counts_as_a_notice_and_one_that_is_taken_does_not()
    {
        var authenticator = new Authenticator();

        Assert.Null(await AddAsync(_ada, authenticator));
        Assert.Equal(Problems.PasskeyExists, (await AddAsync(_eve, authenticator))?.Problem);

        Assert.False(await HasNoticeLeftAsync(_ada));
        Assert.True(await HasNoticeLeftAsync(_eve));
    }

    [Fact]
    public async Task A_passkey_that_was_removed_counts_as_a_notice_and_one_that_has_to_stay_does_not()
    {
        var (removed, last) = (await StoreAsync(_ada, 1), await StoreAsync(_eve, 2));

        Assert.Null(await Passkeys.RemoveAsync(removed, _ada.Id, Origin.Operator));
        Assert.Equal(Problems.LastLoginMethod, (await Passkeys.RemoveAsync(last, _eve.Id, Person))?.Problem);

        Assert.False(await HasNoticeLeftAsync(_ada));
        Assert.True(await HasNoticeLeftAsync(_eve));
    }

    [Fact]
    public async Task Each_change_is_a_line_in_the_log()
    {
        Assert.Null(await AddAsync(_ada, new Authenticator()));
        var id = Assert.Single(await Passkeys.ListAsync(_ada.Id, default)).Id;
        Assert.Null(await Passkeys.RenameAsync(id, _ada.Id, "Key ring", Person));
        Assert.Null(await Passkeys.RemoveAsync(id, _ada.Id, Origin.Operator));

        foreach (var change in new[] { "added", "renamed", "removed" })
            Assert.Single(
                _app.Logs.Of(6500), line => line.Contains($"passkey.{change}: -, account {_ada.Id}, session -, {id}, count 1", StringComparison.Ordinal));
    }

    async Task<Refusal?> AddAsync(Account account, Authenticator authenticator)
    {
        Assert.True((await Passkeys.BeginAsync(account.Id, conditional: false, default)).Has(out var begun, out _));
        var credential = authenticator.Create(JsonDocument.Parse(begun.OptionsJson).RootElement).ToJsonString();
        var added = await Passkeys.AddAsync(account.Id, begun.Ticket, credential, name: null, Person, default);
        return added.Has(out _, out var refusal) ? null : refusal;
    }

    /// <summary>A passkey that was added without a notice.</summary>
    async Task<Guid> StoreAsync(Account account, byte credentialId)
    {
        var passkey = TestPasskeys.Of(account, credentialId);
        var added = Person.Does(EventKind.PasskeyAdded, TestAccounts.Now) with { AccountId = account.Id };
        Assert.Equal(PasskeyAddition.Added, await _app.Get<IPasskeyStore>().AddAsync(passkey, account.SecurityStamp, added));
        return passkey.Id;
    }

    /// <summary>Whether a further change would be a notice. It then counts.</summary>
    async Task<bool> HasNoticeLeftAsync(Account account) =>
        await _app.Get<MailNotices>().OfAsync(MailKind.PasswordChanged, account.Id, Person, _app.Clock.GetUtcNow()) is not null;
}
