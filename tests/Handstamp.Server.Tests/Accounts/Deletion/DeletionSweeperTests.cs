using System.Reflection;
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
        var accounts = DispatchProxy.Create<IAccountStore, FailsOnce>();
        ((FailsOnce)(object)accounts).Real = service.Store;
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
        var accounts = DispatchProxy.Create<IAccountStore, StopsMeanwhile>();
        var stopping = (StopsMeanwhile)(object)accounts;
        (stopping.Real, stopping.Stop) = (service.Store, stop);
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

    /// <summary>The real accounts, whose first list of those that are due cannot be read.</summary>
#pragma warning disable CA1852 // The proxy derives from it.
    class FailsOnce : DispatchProxy
#pragma warning restore CA1852
    {
        bool _hasFailed;

        public IAccountStore? Real { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name != nameof(IAccountStore.ListToDeleteAsync) || _hasFailed) return targetMethod.Invoke(Real, args);
            _hasFailed = true;
            throw new StorageUnavailableException("The disk is full.");
        }
    }

    /// <summary>The real accounts. The service stops during each list of those that are due, which comes all the same, as PostgreSQL's does.</summary>
#pragma warning disable CA1852 // The proxy derives from it.
    class StopsMeanwhile : DispatchProxy
#pragma warning restore CA1852
    {
        public IAccountStore? Real { get; set; }

        public CancellationTokenSource? Stop { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name != nameof(IAccountStore.ListToDeleteAsync)) return targetMethod.Invoke(Real, args);
            Stop!.Cancel();
            return Real!.ListToDeleteAsync((DateTimeOffset)args![0]!, (int)args[1]!, CancellationToken.None);
        }
    }
}
