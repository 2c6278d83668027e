using System.Net;

namespace Handstamp.Client.Tests;

public sealed class HandstampClientTests(RunningService service) : LoggedIn(service)
{
    [Fact]
    public async Task A_login_is_enough_for_calls_and_says_who_is_logged_in()
    {
        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync("/me")).StatusCode);
        Assert.Equal(Email, (await Client.GetUserAsync())!.Email);
        await UntilAsync(() => Changes.Count == 1);
        Assert.NotNull(Changes.Single().SessionId);
        Assert.Equal(0, Network.Refreshes);
    }

    [Fact]
    public async Task A_program_that_is_started_again_is_logged_in_without_a_refresh()
    {
        Open();

        Assert.Equal(Email, (await Client.GetUserAsync())!.Email);
        Assert.Equal(0, Network.Refreshes);
    }

    [Fact]
    public async Task A_program_that_is_started_after_a_night_refreshes_first()
    {
        using var later = CreateOther(ahead: TimeSpan.FromHours(8));

        Assert.Equal(Email, (await later.GetUserAsync())!.Email);
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task No_request_is_sent_before_the_client_is_used()
    {
        var before = Network.Requests("/me").Count + Network.Refreshes;
        Open();
        Assert.Equal(before, Network.Requests("/me").Count + Network.Refreshes);

        Store = new MemoryTokenStore();
        Open();
        Assert.Null(await Client.GetUserAsync());
        Assert.Equal(before, Network.Requests("/me").Count + Network.Refreshes);
    }

    [Fact]
    public async Task A_logout_ends_the_session_and_forgets_it()
    {
        var token = await Client.GetAccessTokenAsync();

        await Client.LogoutAsync();

        Assert.Null(await Store.ReadAsync(default));
        Assert.Null(await Client.GetUserAsync());
        await UntilAsync(() => Changes.Count == 2);
        Assert.Equal((null, null), (Changes.Last().SessionId, Changes.Last().Code));
        using var plain = new HttpClient { BaseAddress = Service, DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        Assert.Equal(HttpStatusCode.Unauthorized, (await plain.GetAsync("/me")).StatusCode);
    }

    [Fact]
    public async Task A_logout_without_an_answer_does_not_count()
    {
        Network.Next("/refresh", Network.Lose);
        await FailsAsync(() => Client.LogoutAsync(), HandstampErrorCodes.Network, definitive: false);
        Assert.NotNull(await Store.ReadAsync(default));

        await Client.LogoutAsync();

        Assert.Null(await Store.ReadAsync(default));
    }

    [Fact]
    public async Task A_logout_when_nobody_is_logged_in_is_no_error()
    {
        await Client.LogoutAsync();
        await Client.LogoutAsync();
    }

    [Fact]
    public async Task A_logout_everywhere_ends_the_other_devices_too()
    {
        var elsewhere = new HandstampClient(new() { Url = Service.OriginalString });
        await elsewhere.LoginAsync(Email, Password);

        await Client.LogoutEverywhereAsync();

        Assert.Null(await Client.GetUserAsync());
        await FailsAsync(() => elsewhere.ListDevicesAsync(), HandstampErrorCodes.SessionRevoked, definitive: true);
    }

    [Fact]
    public async Task A_session_that_another_process_has_just_begun_is_not_forgotten()
    {
        using var other = CreateOther(ahead: TimeSpan.Zero);
        Network.Next("/logout/all", async (pass, cancel) =>
        {
            var answer = await pass();
            await other.LoginAsync(Email, Password, cancel: cancel);
            return answer;
        });

        await Client.LogoutEverywhereAsync();

        Assert.Equal(Email, (await Client.GetUserAsync())!.Email);
    }

    [Fact]
    public async Task Devices_can_be_listed_named_and_ended()
    {
        await Client.LoginAsync(Email, Password, "Kitchen");
        var device = (await Client.ListDevicesAsync()).Single(device => device.Current);
        Assert.Equal("Kitchen", device.DeviceName);

        await Client.RenameDeviceAsync(device.Id, null);
        Assert.Null((await Client.ListDevicesAsync()).Single(device => device.Current).DeviceName);

        await Client.EndDeviceAsync(device.Id);
        Assert.Null(await Client.GetUserAsync());
        Assert.Null(await Store.ReadAsync(default));
    }

    [Fact]
    public async Task A_wrong_password_is_reported_as_such_and_changes_nothing()
    {
        await FailsAsync(() => Client.LoginAsync(Email, "wrong " + Password), HandstampErrorCodes.InvalidCredentials, definitive: false);

        Assert.Equal(Email, (await Client.GetUserAsync())!.Email);
    }

    [Fact]
    public async Task A_listener_that_throws_affects_nothing_else()
    {
        Client.SessionChanged += (_, _) => throw new InvalidOperationException("The listener's.");

        await Client.LogoutAsync();
        await Client.LoginAsync(Email, Password);

        await UntilAsync(() => Changes.Count == 3);
        Assert.Equal(Email, (await Client.GetUserAsync())!.Email);
    }

    [Fact]
    public async Task Callers_are_told_when_the_client_is_disposed_of()
    {
        var asked = new TaskCompletionSource();
        Network.Next("/refresh", (pass, cancel) =>
        {
            asked.SetResult();
            return Network.Hang(pass, cancel);
        });
        var asking = Client.LogoutAsync();
        await asked.Task;
        var waiting = Client.LogoutAsync();

        Client.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => asking);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Client.LogoutAsync());
        Assert.NotNull(await Store.ReadAsync(default));
    }

    [Fact]
    public async Task Callers_who_wait_for_the_end_of_a_quiet_gap_are_told_when_the_client_is_disposed_of()
    {
        Network.Next("/refresh", Wire.Superseded(10));
        Time.Advance(Life);
        var waiting = Client.GetAccessTokenAsync();
        await UntilAsync(() => Network.Refreshes == 1 && Network.IsIdle);

        Client.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }

    [Fact]
    public async Task A_caller_who_stops_waiting_does_not_stop_the_refresh_of_others()
    {
        var answer = new TaskCompletionSource();
        Network.Next("/refresh", async (pass, _) =>
        {
            await answer.Task;
            return await pass();
        });
        Time.Advance(Life);
        using var impatient = new CancellationTokenSource();
        var cancelled = Client.GetAccessTokenAsync(impatient.Token);
        var patient = Client.GetAccessTokenAsync();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        answer.SetResult();

        Assert.NotEmpty(await patient);
        Assert.Equal(1, Network.Refreshes);
    }
}
