using System.Net;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>The codes of a login, for apps and recovery codes that are in the store already.</summary>
public sealed class SecondFactorCodesTests : IAsyncLifetime
{
    const string Recovery = "4k7mq-x2t9d-0v6hn-8rwc3-pj5ye";

    static readonly Origin Person = new(new Actor(ActorKind.Person), IPAddress.Loopback);

    readonly Account _ada = TestAccounts.Account();
    readonly Account _eve = TestAccounts.Account(email: "eve@example.com");
    readonly byte[] _secret = Encoding.ASCII.GetBytes("12345678901234567890");
    HandstampApp _app = null!;

    SecondFactorCodes Codes => _app.Get<SecondFactorCodes>();

    string Code => Totp.CodeOf(_secret, Totp.StepAt(_app.Clock.GetUtcNow()));

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        await _app.Get<IAccountStore>().TryCreateAsync(_ada);
        await _app.Get<IAccountStore>().TryCreateAsync(_eve);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task An_account_has_what_was_added_to_it_and_no_other_has_it()
    {
        Assert.Equal((false, false), (await Codes.HasTotpAsync(_ada.Id, default), await Codes.HasCodesAsync(_ada.Id, default)));

        await AddAsync(SealedFor);
        Assert.Equal((true, true), (await Codes.HasTotpAsync(_ada.Id, default), await Codes.HasCodesAsync(_ada.Id, default)));
        Assert.Equal((false, false), (await Codes.HasTotpAsync(_eve.Id, default), await Codes.HasCodesAsync(_eve.Id, default)));

        Assert.Null(await Codes.UseRecoveryCodeAsync(_ada.Id, Recovery, Person, default));
        Assert.Equal((true, false), (await Codes.HasTotpAsync(_ada.Id, default), await Codes.HasCodesAsync(_ada.Id, default)));
    }

    [Fact]
    public async Task The_code_of_any_app_of_the_account_is_right_once()
    {
        await AddAsync(SealedFor);
        var other = Encoding.ASCII.GetBytes("09876543210987654321");
        await AddAsync(id => _app.Get<TotpSecrets>().Seal(other, _ada.Id, id));

        Assert.Null(await Codes.UseTotpAsync(_ada.Id, $" {Code} ", default));
        Assert.Null(await Codes.UseTotpAsync(_ada.Id, Totp.CodeOf(other, Totp.StepAt(_app.Clock.GetUtcNow())), default));

        Assert.Equal(Problems.MfaCodeInvalid, (await Codes.UseTotpAsync(_ada.Id, Code, default))!.Problem);
        Assert.Equal(Problems.MfaCodeInvalid, (await Codes.UseTotpAsync(_eve.Id, Code, default))!.Problem);
    }

    [Fact]
    public async Task The_use_of_an_app_is_stored()
    {
        await AddAsync(SealedFor);
        _app.Jump(TimeSpan.FromMinutes(1));

        Assert.Null(await Codes.UseTotpAsync(_ada.Id, Code, default));

        var app = Assert.Single(await _app.Get<ISecondFactorStore>().ListAsync(_ada.Id, default));
        Assert.Equal((Totp.StepAt(_app.Clock.GetUtcNow()), _app.Clock.GetUtcNow()), (app.LastStep, app.LastUsedAt!.Value));
    }

    [Fact]
    public async Task After_ten_wrong_codes_a_day_the_right_one_has_to_wait()
    {
        await AddAsync(SealedFor);
        for (var guess = 0; guess < 10; guess++)
            Assert.Equal(Problems.MfaCodeInvalid, (await Codes.UseTotpAsync(_ada.Id, "wrong", default))!.Problem);

        var refusal = (await Codes.UseTotpAsync(_ada.Id, Code, default))!;

        Assert.Equal((Problems.TooManyRequests, TimeSpan.FromDays(1) / 10), (refusal.Problem, refusal.RetryAfter!.Value));
        Assert.Equal(Problems.MfaCodeInvalid, (await Codes.UseTotpAsync(_eve.Id, "wrong", default))!.Problem);
        _app.Jump(TimeSpan.FromDays(1) / 10);
        Assert.Null(await Codes.UseTotpAsync(_ada.Id, Code, default));
    }

    [Fact]
    public async Task An_app_whose_secret_can_not_be_opened_is_logged_and_does_not_hinder_the_others()
    {
        var broken = await AddAsync(_ => [1, 2, 3]);
        // Apps are tried in the order in which they were added.
        _app.Jump(TimeSpan.FromSeconds(1));
        await AddAsync(SealedFor);

        Assert.Null(await Codes.UseTotpAsync(_ada.Id, Code, default));

        var line = Assert.Single(_app.Logs.Of(3060));
        Assert.StartsWith("Error Handstamp.Server.Accounts.SecondFactors.SecondFactorCodes 3060 ", line, StringComparison.Ordinal);
        Assert.Contains(
            $"The secret of the authenticator app {broken} of account {_ada.Id} cannot be decrypted: its row was changed, or the key ring was deleted. "
            + "`handstamp user reset-factors` removes it",
            line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recovery_code_is_used_once_by_its_account_and_the_trail_says_so()
    {
        await AddAsync(SealedFor);

        foreach (var (account, code) in new[] { (_eve, Recovery), (_ada, Recovery[..^1] + "f"), (_ada, ""), (_ada, "4k7mq") })
            Assert.Equal(Problems.MfaCodeInvalid, (await Codes.UseRecoveryCodeAsync(account.Id, code, Person, default))!.Problem);
        Assert.Null(await Codes.UseRecoveryCodeAsync(_ada.Id, $" {Recovery.ToUpperInvariant()}", Person, default));
        Assert.Equal(Problems.MfaCodeInvalid, (await Codes.UseRecoveryCodeAsync(_ada.Id, Recovery, Person, default))!.Problem);

        var filter = new EventFilter { Kinds = [EventKind.FactorRecoveryCodeUsed] };
        var page = await _app.Get<IEventStore>().ReadOnAsync(filter, Guid.Empty, 1000, default);
        var used = Assert.Single(page.Events, one => one.Kind == EventKind.FactorRecoveryCodeUsed);
        Assert.Equal((_ada.Id, ActorKind.Person, _app.Clock.GetUtcNow()), (used.AccountId!.Value, used.By.Actor.Kind, used.At));
    }

    byte[] SealedFor(Guid id) => _app.Get<TotpSecrets>().Seal(_secret, _ada.Id, id);

    /// <summary>An app of Ada that was confirmed long ago. With the first one, she gets a recovery code.</summary>
    async Task<Guid> AddAsync(Func<Guid, byte[]> seal)
    {
        var now = _app.Clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var store = _app.Get<ISecondFactorStore>();
        Assert.True(await store.TryAddPendingAsync(new TotpApp { Id = id, AccountId = _ada.Id, Sealed = seal(id), CreatedAt = now }));
        var added = Person.Does(EventKind.FactorAdded, now) with { AccountId = _ada.Id };
        await store.TryConfirmAsync(
            new TotpUse(id, _ada.Id, Step: 1, now), name: null, most: 5, [RecoveryCodes.ToStore(_ada.Id, Recovery)], added);
        return id;
    }
}
