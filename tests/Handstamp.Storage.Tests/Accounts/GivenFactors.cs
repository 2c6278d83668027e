using System.Security.Cryptography;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Tests.Accounts;

/// <summary>Second factors in the database.</summary>
sealed class GivenFactors(ISecondFactorStore store)
{
    public const int Most = 5;

    public static TotpApp App(Account account) => new()
    {
        Id = Given.Id(),
        AccountId = account.Id,
        Sealed = [1, 2, 255],
        CreatedAt = Given.Now,
    };

    public static IReadOnlyList<RecoveryCode> Codes(int count = 3) =>
        [.. Enumerable.Range(0, count).Select(_ => new RecoveryCode(RandomNumberGenerator.GetBytes(32), [9, 0, 255]))];

    public static TotpUse Use(TotpApp app, long step, int seconds = 1) => new(app.Id, app.AccountId, step, Given.Now.AddSeconds(seconds));

    public static Event Done(EventKind kind, Account account) => Given.By.Does(kind, Given.Now) with { AccountId = account.Id };

    /// <summary>A confirmed app, and recovery codes if there are none yet.</summary>
    public async Task<TotpApp> AddAsync(Account account, IReadOnlyList<RecoveryCode>? codes = null, string? name = "Telephone")
    {
        var app = App(account);
        Assert.True(await store.TryAddPendingAsync(app));
        var confirmed = await store.TryConfirmAsync(Use(app, step: 10), name, Most, codes ?? Codes(), Done(EventKind.FactorAdded, account));
        Assert.True(confirmed is TotpConfirmation.Confirmed or TotpConfirmation.ConfirmedWithCodes);
        return app with { Name = name, LastUsedAt = Given.Now.AddSeconds(1), LastStep = 10 };
    }

    /// <summary>Something in every table, and in every column.</summary>
    public async Task FillAsync(Account account)
    {
        await AddAsync(account);
        Assert.True(await store.TryAddPendingAsync(App(account)));
        await store.BeginGraceAsync(account.Id, Given.Now);
    }
}
