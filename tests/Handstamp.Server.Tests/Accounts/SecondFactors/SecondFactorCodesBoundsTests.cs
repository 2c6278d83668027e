using System.Net;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>Which codes count as guesses, and which are right among several.</summary>
public sealed class SecondFactorCodesBoundsTests : IAsyncLifetime
{
    static readonly Origin Person = new(new Actor(ActorKind.Person), IPAddress.Loopback);

    readonly Account _ada = TestAccounts.Account();
    readonly byte[] _secret = Encoding.ASCII.GetBytes("12345678901234567890");
    HandstampApp _app = null!;

    SecondFactorCodes Codes => _app.Get<SecondFactorCodes>();

    string Code => Totp.CodeOf(_secret, Totp.StepAt(_app.Clock.GetUtcNow()));

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        Assert.True(await _app.Get<IAccountStore>().TryCreateAsync(_ada));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_right_code_is_no_guess()
    {
        await AddAsync(SealedFor);
        for (var guess = 0; guess < 9; guess++) Assert.Equal(Problems.MfaCodeInvalid, await RefusedAsync("wrong"));

        Assert.Null(await RefusedAsync(Code));

        Assert.Equal(Problems.MfaCodeInvalid, await RefusedAsync("wrong"));
        Assert.Equal(Problems.TooManyRequests, await RefusedAsync("wrong"));
    }

    [Fact]
    public async Task No_code_is_right_for_an_app_whose_secret_can_not_be_opened()
    {
        await AddAsync(_ => [1, 2, 3]);

        foreach (var code in new[] { Code, "000000", "" }) Assert.Equal(Problems.MfaCodeInvalid, await RefusedAsync(code));
    }

    [Fact]
    public async Task Each_of_several_recovery_codes_is_right_once_and_its_use_is_a_line_in_the_log()
    {
        var codes = RecoveryCodes.New().Take(3).ToList();
        await AddAsync(SealedFor, codes);

        foreach (var code in codes) Assert.Null(await Codes.UseRecoveryCodeAsync(_ada.Id, code, Person, default));

        foreach (var code in codes)
            Assert.Equal(Problems.MfaCodeInvalid, (await Codes.UseRecoveryCodeAsync(_ada.Id, code, Person, default))?.Problem);
        var used = $"factor.recovery_code_used: -, account {_ada.Id}, session -, -, count 1";
        Assert.Equal(3, _app.Logs.Of(6500).Count(line => line.Contains(used, StringComparison.Ordinal)));
    }

    async Task<Problem?> RefusedAsync(string code) => (await Codes.UseTotpAsync(_ada.Id, code, default))?.Problem;

    byte[] SealedFor(Guid id) => _app.Get<TotpSecrets>().Seal(_secret, _ada.Id, id);

    /// <summary>An app that was confirmed long ago, and the recovery codes that came with it.</summary>
    async Task AddAsync(Func<Guid, byte[]> seal, params IReadOnlyList<string> codes)
    {
        var now = _app.Clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var store = _app.Get<ISecondFactorStore>();
        Assert.True(await store.TryAddPendingAsync(new TotpApp { Id = id, AccountId = _ada.Id, Sealed = seal(id), CreatedAt = now }));
        var added = Person.Does(EventKind.FactorAdded, now) with { AccountId = _ada.Id };
        await store.TryConfirmAsync(
            new TotpUse(id, _ada.Id, Step: 1, now), name: null, most: 5, [.. codes.Select(code => RecoveryCodes.ToStore(_ada.Id, code))], added);
    }
}
