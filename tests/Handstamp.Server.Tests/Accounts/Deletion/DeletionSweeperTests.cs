using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Handstamp.Server.Storage;
using Handstamp.TestBed;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Deletion;

/// <summary>What the service deletes by itself.</summary>
public sealed class DeletionSweeperTests
{
    [Fact]
    public async Task One_round_deletes_all_that_are_due_a_hundred_at_a_time()
    {
        await using var service = await AccountService.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 201).Select(number => RequestedAsync(service, $"ada{number}@example.com", TestAccounts.Now)));
        var later = await RequestedAsync(service, TestAccounts.Email, TestAccounts.Now.AddMilliseconds(1));

        Assert.Equal(100, await service.Get<DeletionOperations>().DeleteDueAsync(default));
        Assert.Equal(102, (await service.Store.ListAsync(null, 1000, default)).Count);
        using var sweeper = Sweeper(service, service.Get<DeletionOperations>());
        await sweeper.SweepAsync(default);

        Assert.Equal([later], (await service.Store.ListAsync(null, 1000, default)).Select(account => account.Id));
        Assert.Equal(0, await service.Get<DeletionOperations>().DeleteDueAsync(default));
    }

    [Fact]
    public async Task The_service_deletes_by_itself()
    {
        await using var service = await AccountService.StartAsync();
        var account = await RequestedAsync(service, TestAccounts.Email, TestAccounts.Now);

        await Eventually.TrueAsync(
            async () => await service.FindAsync(account) is null, "the account is deleted", nudge: () => service.Clock.Advance(TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public async Task A_round_that_fails_is_logged_and_the_next_one_deletes()
    {
        await using var service = await AccountService.StartAsync();
        var account = await RequestedAsync(service, TestAccounts.Email, TestAccounts.Now);
        var lists = 0;
        var accounts = Intercepted<IAccountStore>.Of(service.Store, nameof(IAccountStore.ListToDeleteAsync), args => lists++ == 0
            ? throw new StorageUnavailableException("The disk is full.")
            : service.Store.ListToDeleteAsync((DateTimeOffset)args[0]!, (int)args[1]!, (CancellationToken)args[2]!));
        using var sweeper = Sweeper(service, Deletions(service, accounts));

        await sweeper.SweepAsync(default);
        Assert.NotNull(await service.FindAsync(account));
        Assert.Contains(
            " 3160 Accounts whose owners have asked for it could not be deleted; the next round tries again. ", service.Log, StringComparison.Ordinal);
        await sweeper.SweepAsync(default);

        Assert.Null(await service.FindAsync(account));
    }

    [Fact]
    public async Task A_service_that_stops_deletes_no_more_than_the_hundred_that_it_has_begun()
    {
        await using var service = await AccountService.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 101).Select(number => RequestedAsync(service, $"ada{number}@example.com", TestAccounts.Now)));
        using var stop = new CancellationTokenSource();
        // The list comes although the service stops meanwhile, as PostgreSQL's does.
        var accounts = Intercepted<IAccountStore>.Of(service.Store, nameof(IAccountStore.ListToDeleteAsync), args =>
        {
            stop.Cancel();
            return service.Store.ListToDeleteAsync((DateTimeOffset)args[0]!, (int)args[1]!, CancellationToken.None);
        });
        using var sweeper = Sweeper(service, Deletions(service, accounts));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sweeper.SweepAsync(stop.Token));

        Assert.Single(await service.Store.ListAsync(null, 1000, default));
    }

    static DeletionSweeper Sweeper(AccountService service, DeletionOperations deletions) =>
        new(deletions, new SingleNode(), service.Clock, service.Get<ILogger<DeletionSweeper>>());

    static DeletionOperations Deletions(AccountService service, IAccountStore accounts) => new(
        accounts, service.Get<MailNotices>(), service.Get<SingleUseSecrets>(), service.Get<IThrottleStore>(), service.Get<AuditTrail>(),
        service.Get<IOptions<AccountOptions>>(), service.Clock);

    static async Task<Guid> RequestedAsync(AccountService service, string email, DateTimeOffset due)
    {
        var account = TestAccounts.Account(email: email);
        Assert.True(await service.Store.TryCreateAsync(account));
        var request = new DeletionRequest(account.Id, await service.BeginSessionAsync(account), due);
        Assert.NotEmpty(await service.Store.TryRequestDeletionAsync(request, Origin.System.Does(EventKind.AccountDeletionRequested, TestAccounts.Now)));
        return account.Id;
    }
}
