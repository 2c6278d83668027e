using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>How many passkeys an account can have, and how many of them can be in the making.</summary>
public sealed class PasskeyOperationsBoundsTests
{
    [Fact]
    public async Task After_the_twentieth_passkey_no_other_one_is_begun()
    {
        await using var app = await HandstampApp.StartAsync();
        var ada = TestAccounts.Account();
        Assert.True(await app.Get<IAccountStore>().TryCreateAsync(ada));

        for (byte number = 1; number <= 20; number++)
        {
            Assert.True((await app.Get<PasskeyOperations>().BeginAsync(ada.Id, conditional: false, default)).Has(out _, out _));
            var added = Origin.Operator.Does(EventKind.PasskeyAdded, TestAccounts.Now) with { AccountId = ada.Id };
            Assert.Equal(PasskeyAddition.Added, await app.Get<IPasskeyStore>().AddAsync(TestPasskeys.Of(ada, number), ada.SecurityStamp, added));
        }

        Assert.False((await app.Get<PasskeyOperations>().BeginAsync(ada.Id, conditional: false, default)).Has(out _, out var refusal));
        Assert.Equal(Problems.TooManyPasskeys, refusal.Problem);
    }

    // The name is stored.
    [Fact]
    public void A_ceremony_has_five_tries_and_an_account_five_ceremonies() =>
        Assert.Equal(new SecretPurpose("passkey", Tries: 5, Most: 5), PasskeyOperations.Purpose);
}
