using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>What ends with a forgotten password.</summary>
public sealed class RecoveryOperationsTests
{
    static readonly Origin By = MailCalls.Person;

    [Fact]
    public async Task The_failures_on_unknown_devices_are_forgotten_when_the_password_is_replaced()
    {
        await using var app = await HandstampApp.StartAsync();
        var (throttles, now) = (app.Get<IThrottleStore>(), app.Clock.GetUtcNow());
        var account = await app.AddAccountAsync(HandstampApp.Email);
        Throttle[] failures = [new(ThrottleKeys.ForUnknownDevices(account.Identifiers[0].Canonical), ThrottleRule.UntilForgotten(1))];
        Assert.Null(await throttles.TryTakeAsync(failures, now));
        Assert.NotNull(await throttles.TryTakeAsync(failures, now));
        var token = (await app.MakeAsync(MailRequest.For(MailKind.PasswordReset, account.Id, By)))!.Token();

        Assert.Null(await app.Get<RecoveryOperations>().ResetAsync(token, "another quite unusual sentence", By, default));

        Assert.Null(await throttles.TryTakeAsync(failures, now));
    }
}
