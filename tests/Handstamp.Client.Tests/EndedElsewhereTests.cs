using System.Net;

namespace Handstamp.Client.Tests;

/// <summary>
/// Calls that are refused because their session was ended elsewhere. The client asks the service at once, and the
/// service decides.
/// </summary>
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
    public async Task When_an_API_refuses_the_token_of_an_ended_session_the_session_is_over_at_once(bool saysEnded)
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
    public async Task An_API_that_wrongly_reports_an_ended_session_ends_nothing_and_costs_one_refresh_in_ten_seconds()
    {
        Network.Always("/orders", Network.Ended);

        for (var call = 0; call < 5; call++) Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync("/orders")).StatusCode);

        Assert.Equal((6, 1), (Network.Requests("/orders").Count, Network.Refreshes));
        Assert.Equal(Email, (await Client.GetUserAsync())?.Email);
    }

    [Fact]
    public async Task An_API_that_reports_an_ended_session_while_the_service_is_unavailable_logs_nobody_out()
    {
        Network.Always("/orders", Network.Ended);
        Network.Always("/refresh", Network.Lose);

        await FailsAsync(() => Http.GetAsync("/orders"), HandstampErrorCodes.Network, definitive: false);

        Assert.NotNull(await Store.ReadAsync(default));
    }

    [Fact]
    public async Task The_services_own_routes_report_an_ended_session_too()
    {
        await EndElsewhereAsync();

        await FailsAsync(() => Client.ListDevicesAsync(), HandstampErrorCodes.SessionRevoked, definitive: true);

        await OverAsync();
        Assert.Null(await Store.ReadAsync(default));
        await FailsAsync(() => Client.ListDevicesAsync(), HandstampErrorCodes.SignedOut, definitive: true);
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task After_the_end_of_the_session_nobody_is_logged_in()
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
    public async Task A_process_on_the_same_store_continues_with_the_new_session_after_a_password_change()
    {
        using var other = CreateOther(ahead: TimeSpan.Zero);
        await Client.GetAccessTokenAsync();
        await other.ChangePasswordAsync(Password, "new " + Password);

        Assert.Equal(Email, (await Client.GetUserAsync())?.Email);

        Assert.Equal((2, 0), (Network.Requests("/me").Count, Network.Refreshes));
    }

    [Fact]
    public async Task It_also_continues_when_an_API_is_the_first_to_report_the_end()
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
