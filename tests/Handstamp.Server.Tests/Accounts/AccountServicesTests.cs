using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Export;
using Handstamp.Server.Accounts.Import;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Services of the accounts for which no route asks: without one of them, the service starts all the same.</summary>
public sealed class AccountServicesTests : IAsyncLifetime
{
    HandstampApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public void What_is_over_is_deleted_by_services_that_run_by_themselves()
    {
        var running = _app.Services.GetServices<IHostedService>().ToList();

        Assert.Single(running.OfType<SealSweeper>());
        Assert.Single(running.OfType<DeletionSweeper>());
        Assert.Single(running.OfType<ThrottleSweeper>());
    }

    [Fact]
    public void The_copy_of_an_account_s_data_has_each_part_once()
    {
        var parts = _app.Services.GetServices<IPersonalData>().ToList();

        Assert.Single(parts.OfType<AccountData>());
        Assert.Single(parts.OfType<SecondFactorData>());
        Assert.Single(parts.OfType<PasskeyData>());
        Assert.Single(parts.OfType<ActivityData>());
    }

    [Fact]
    public async Task What_only_the_commands_of_an_operator_use_is_there()
    {
        Assert.Empty(await _app.Get<MailOperations>().ListAsync(null, 1, default));
        Assert.Null((await _app.Get<FactorExport>().ReadAsync(Guid.NewGuid(), default)).Totp);
    }
}
