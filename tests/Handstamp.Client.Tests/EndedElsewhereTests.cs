using System.Net;

namespace Handstamp.Client.Tests;

/// <summary>Calls that are refused because their session was ended elsewhere: the service has the last word on that, and at once.</summary>
public sealed class EndedElsewhereTests(RunningService service) : LoggedIn(service)
{
    /// <summary>Ends every session of the account, from another device.</summary>
    async Task EndElsewhereAsync()
    {
        using var elsewhere = new HandstampClient(new() { Url = Service.OriginalString });
        await elsewhere.LoginAsync(Email, Password);
        await elsewhere.LogoutEverywhereAsync();
    }

    Task OverAsync(string code = HandstampErrorCodes.SessionRevoked) =>
        UntilAsync(() => Changes.Any(change => change.SessionId is null && change.Code == code));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_API_refuses_the_token_and_the_session_is_over_at_once_if_it_is(bool saysEnded)
    {
        await EndElsewhereAsync();
        Network.Always("/orders", saysEnded ? Network.Ended : Network.Expired);
        Time.Advance(Life / 2);

        using var answer = await Http.PostAsync("/orders", new StringContent("one coffee"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        await OverAsync();
        Assert.Null(await Store.ReadAsync(default));
        Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync("/orders")).StatusCode);
        Assert.Null(Network.Requests("/orders")[^1].Authorization);
        Assert.Equal((2, 1), (Network.Requests("/orders").Count, Network.Refreshes));
    }

    [Fact]
    public async Task An_API_that_says_so_of_a_session_that_lives_ends_nothing_and_costs_one_refresh_in_ten_seconds()
    {
        Network.Always("/orders", Network.Ended);

        for (var call = 0; call < 5; call++) Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync("/orders")).StatusCode);

        Assert.Equal((6, 1), (Network.Requests("/orders").Count, Network.Refreshes));
        Assert.Equal(Email, (await Client.GetUserAsync())?.Email);
    }

    [Fact]
    public async Task An_API_says_so_while_the_service_is_away_and_nobody_is_logged_out()
    {
        Network.Always("/orders", Network.Ended);
        Network.Always("/refresh", Network.Lose);

        await FailsAsync(() => Http.GetAsync("/orders"), HandstampErrorCodes.Network, definitive: false);

        Assert.NotNull(await Store.ReadAsync(default));
    }

    [Fact]
    public async Task The_service_s_own_routes_say_it_too()
    {
        await EndElsewhereAsync();

        await FailsAsync(() => Client.ListDevicesAsync(), HandstampErrorCodes.SessionRevoked, definitive: true);

        await OverAsync();
        Assert.Null(await Store.ReadAsync(default));
        await FailsAsync(() => Client.ListDevicesAsync(), HandstampErrorCodes.SignedOut, definitive: true);
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task Whoever_asks_who_is_logged_in_is_told_that_nobody_is()
    {
        await EndElsewhereAsync();

        Assert.Null(await Client.GetUserAsync());
    }

    [Fact]
    public async Task A_disabled_account_ends_the_session_at_its_next_call()
    {
        Network.Always("/me", Network.Refuse(HttpStatusCode.Forbidden, HandstampErrorCodes.AccountDisabled, definitive: true));
        Network.Always("/refresh", Network.Refuse(HttpStatusCode.Forbidden, HandstampErrorCodes.AccountDisabled, definitive: true));

        Assert.Null(await Client.GetUserAsync());

        await OverAsync(HandstampErrorCodes.AccountDisabled);
    }

    [Fact]
    public async Task A_process_on_the_same_store_goes_on_with_the_session_after_a_password_change()
    {
        using var other = CreateOther(ahead: TimeSpan.Zero);
        await Client.GetAccessTokenAsync();
        await other.ChangePasswordAsync(Password, "new " + Password);

        Assert.Equal(Email, (await Client.GetUserAsync())?.Email);

        Assert.Equal((2, 0), (Network.Requests("/me").Count, Network.Refreshes));
    }

    [Fact]
    public async Task So_it_does_when_an_API_that_has_heard_of_the_end_is_the_first_to_say_it()
    {
        using var other = CreateOther(ahead: TimeSpan.Zero);
        var old = $"Bearer {await Client.GetAccessTokenAsync()}";
        await other.ChangePasswordAsync(Password, "new " + Password);
        Network.Always("/orders", (pass, cancel) =>
            (Network.Current.Authorization == old ? Network.Ended : Network.Answer(HttpStatusCode.OK, "", "text/plain"))(pass, cancel));

        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync("/orders")).StatusCode);

        Assert.DoesNotContain(Changes, change => change.SessionId is null);
    }
}
