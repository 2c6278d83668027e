using System.Net;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>
/// What is made known of a change of second factors: a notice for the owner, of which an account gets one an hour here, and a line in the log.
/// </summary>
public sealed class SecondFactorOperationsNoticeTests : IAsyncLifetime
{
    static readonly Origin Person = new(new Actor(ActorKind.Person), IPAddress.Loopback);

    readonly Account _ada = TestAccounts.Account();
    readonly Account _eve = TestAccounts.Account(email: "eve@example.com");
    readonly byte[] _secret = Encoding.ASCII.GetBytes("12345678901234567890");
    readonly MailFolder _folder = new();
    HandstampApp _app = null!;

    SecondFactorOperations Factors => _app.Get<SecondFactorOperations>();

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
    public async Task An_app_that_was_confirmed_counts_as_a_notice_and_a_sixth_one_does_not()
    {
        for (var count = 0; count < SecondFactorOperations.MaxApps; count++) await AddAsync(_eve);
        foreach (var account in new[] { _ada, _eve }) await AddPendingAsync(account);

        Assert.Null(await ConfirmAsync(_ada));
        Assert.Equal(Problems.TooManyFactors, (await ConfirmAsync(_eve))?.Problem);

        await AssertOnlyAdaHasHadHerNoticeAsync();
    }

    [Fact]
    public async Task New_recovery_codes_count_as_a_notice_and_those_for_nothing_do_not()
    {
        await AddAsync(_ada);

        Assert.True((await Factors.RenewCodesAsync(_ada.Id, Person)).Has(out _, out _));
        Assert.False((await Factors.RenewCodesAsync(_eve.Id, Person)).Has(out _, out _));

        await AssertOnlyAdaHasHadHerNoticeAsync();
    }

    [Fact]
    public async Task An_app_that_was_removed_counts_as_a_notice_and_one_that_is_not_there_does_not()
    {
        var id = await AddAsync(_ada);

        Assert.Null(await Factors.RemoveAsync(_ada, id, Person));
        Assert.Equal(Problems.FactorNotFound, (await Factors.RemoveAsync(_eve, id, Person))?.Problem);

        await AssertOnlyAdaHasHadHerNoticeAsync();
    }

    [Fact]
    public async Task A_reset_counts_as_a_notice_and_one_of_nothing_does_not()
    {
        await AddAsync(_ada);

        Assert.True(await Factors.ResetAsync(_ada.Id, Origin.Operator));
        Assert.False(await Factors.ResetAsync(_eve.Id, Origin.Operator));

        await AssertOnlyAdaHasHadHerNoticeAsync();
    }

    [Fact]
    public async Task Each_change_is_a_line_in_the_log()
    {
        await AddPendingAsync(_ada);
        Assert.Null(await ConfirmAsync(_ada));
        Assert.True((await Factors.RenewCodesAsync(_ada.Id, Person)).Has(out _, out _));
        var id = Assert.Single(await Factors.ListAsync(_ada.Id, default)).Id;
        Assert.Null(await Factors.RemoveAsync(_ada, id, Person));
        await AddAsync(_ada);
        Assert.True(await Factors.ResetAsync(_ada.Id, Origin.Operator));

        var account = $"account {_ada.Id}, session -";
        string[] changes =
        [
            $"factor.added: totp, {account}, Phone, count 1", $"factor.recovery_codes_renewed: -, {account}, -, count 1",
            $"factor.removed: totp, {account}, {id}, count 1", $"factor.reset: -, {account}, -, count 1",
        ];
        Assert.All(changes, change => Assert.Single(_app.Logs.Of(6500), line => line.Contains(change, StringComparison.Ordinal)));
    }

    /// <summary>An app that waits for its first code.</summary>
    async Task<Guid> AddPendingAsync(Account account)
    {
        var now = _app.Clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var app = new TotpApp { Id = id, AccountId = account.Id, Sealed = _app.Get<TotpSecrets>().Seal(_secret, account.Id, id), CreatedAt = now };
        Assert.True(await _app.Get<ISecondFactorStore>().TryAddPendingAsync(app));
        return id;
    }

    /// <summary>An app that was added without a notice.</summary>
    async Task<Guid> AddAsync(Account account)
    {
        var (id, now) = (await AddPendingAsync(account), _app.Clock.GetUtcNow());
        var added = Person.Does(EventKind.FactorAdded, now) with { AccountId = account.Id };
        var confirmed = await _app.Get<ISecondFactorStore>().TryConfirmAsync(
            new TotpUse(id, account.Id, Step: 1, now), name: null, SecondFactorOperations.MaxApps, codes: [], added);
        Assert.Equal(TotpConfirmation.Confirmed, confirmed);
        return id;
    }

    async Task<Refusal?> ConfirmAsync(Account account)
    {
        var code = Totp.CodeOf(_secret, Totp.StepAt(_app.Clock.GetUtcNow()));
        var confirmed = await Factors.ConfirmTotpAsync(account.Id, code, "Phone", withCodes: true, Person, default);
        return confirmed.Has(out _, out var refusal) ? null : refusal;
    }

    async Task AssertOnlyAdaHasHadHerNoticeAsync()
    {
        foreach (var account in new[] { _ada, _eve })
        {
            var further = await _app.Get<MailNotices>().OfAsync(MailKind.PasswordChanged, account.Id, Person, _app.Clock.GetUtcNow());
            Assert.Equal(account == _eve, further is not null);
        }
    }
}
