using Handstamp.Server.Audit;
using Handstamp.Server.SignIn;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>The events that the steps of a sign-in add to the audit trail.</summary>
public sealed class SignInTrailTests : ShopTests
{
    Guid _account;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _account = (await _shop.AccountAsync()).Id;
    }

    [Fact]
    public async Task A_wrong_answer_to_the_second_factor_is_a_refused_login_of_the_account()
    {
        var ticket = await _shop.TicketAsync();

        for (var attempt = 0; attempt < 3; attempt++) await _shop.WrongAsync(ticket);

        var refused = Assert.Single(await RefusedAsync());
        Assert.Equal(("invalid_credentials", _account, 3), (refused.Outcome, refused.AccountId, refused.Count));
        Assert.Equal("127.0.0.0", refused.By.Address!.ToString());
    }

    [Fact]
    public async Task A_used_expired_or_unknown_ticket_is_a_refused_login_of_an_unknown_account()
    {
        var (spent, usedUp) = (await _shop.TicketAsync(), await _shop.TicketAsync());
        await _shop.FinishedAsync(spent);
        for (var attempt = 0; attempt < SignInAttempts.Purpose.Tries; attempt++) await _shop.WrongAsync(usedUp);

        foreach (var ticket in new[] { spent, usedUp, "nonsense" }) await ShopApp.OverAsync(_shop.ContinueAsync(ticket));

        Assert.Equal(
            [(null, 3), (_account, SignInAttempts.Purpose.Tries)],
            (await RefusedAsync()).Select(refused => (refused.AccountId, refused.Count)).Order());
    }

    [Fact]
    public async Task A_ticket_in_the_wrong_place_or_without_its_key_is_a_refused_login_of_the_account()
    {
        var (elsewhere, bound) = (await _shop.TicketAsync(), await _shop.TicketAsync(key: "thumbprint"));

        await ShopApp.OverAsync(_shop.ContinueAsync(elsewhere, route: "/other/continue"));
        using (await _shop.ContinueAsync(bound)) { }
        using (await _shop.ContinueAsync(bound, factor: "retina", key: "thumbprint")) { }

        var refused = await RefusedAsync();
        Assert.Equal(
            ["dpop_proof_required", "invalid_request", "mfa_token_invalid"], refused.Select(one => one.Outcome!).Order(StringComparer.Ordinal));
        Assert.All(refused, one => Assert.Equal((_account, 1), (one.AccountId, one.Count)));
    }

    [Fact]
    public async Task A_correct_sign_in_leaves_no_refusal()
    {
        await _shop.FinishedAsync(await _shop.TicketAsync());

        Assert.Empty(await RefusedAsync());
    }

    async Task<IReadOnlyList<Event>> RefusedAsync()
    {
        await _shop.App.Get<RefusalTally>().WriteAsync();
        var filter = new EventFilter { Kinds = [EventKind.LoginRefused, EventKind.LoginThrottled] };
        return (await _shop.App.Get<IEventStore>().ReadOnAsync(filter, Guid.Empty, 100, default)).Events;
    }
}
