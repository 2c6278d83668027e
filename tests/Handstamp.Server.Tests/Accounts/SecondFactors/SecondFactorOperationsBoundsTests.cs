using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>How many authenticator apps an account can have.</summary>
public sealed class SecondFactorOperationsBoundsTests
{
    [Fact]
    public async Task After_the_fifth_app_no_other_one_is_begun()
    {
        await using var app = await HandstampApp.StartAsync();
        var factors = app.Get<SecondFactorOperations>();
        var ada = TestAccounts.Account();
        Assert.True(await app.Get<IAccountStore>().TryCreateAsync(ada));

        for (var number = 1; number <= 5; number++)
        {
            Assert.True((await factors.BeginTotpAsync(ada, default)).Has(out var enrolment, out _));
            var code = Totp.CodeOf(Base32.Decode(enrolment.Secret), Totp.StepAt(app.Clock.GetUtcNow()));
            Assert.True((await factors.ConfirmTotpAsync(ada.Id, code, name: null, withCodes: true, Origin.Operator, default)).Has(out _, out _));
        }

        Assert.False((await factors.BeginTotpAsync(ada, default)).Has(out _, out var refusal));
        Assert.Equal(Problems.TooManyFactors, refusal.Problem);
        Assert.Equal(5, (await factors.ListAsync(ada.Id, default)).Count);
    }
}
