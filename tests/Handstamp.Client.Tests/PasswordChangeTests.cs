using System.Net;
using System.Net.Http.Json;
using Handstamp.Client.Session;

namespace Handstamp.Client.Tests;

/// <summary>A password change ends every session and continues with a new one.</summary>
public sealed class PasswordChangeTests(RunningService service) : LoggedIn(service)
{
    const string NewPassword = "new " + Password;

    [Fact]
    public async Task The_new_tokens_are_stored_at_once_and_reported_as_another_session()
    {
        Network.Next("/password/change", Wire.Granted());

        await Client.ChangePasswordAsync(Password, NewPassword);

        var asked = Network.Requests("/password/change").Single();
        Assert.Equal($$"""{"current_password":"{{Password}}","new_password":"{{NewPassword}}"}""", asked.Body);
        Assert.StartsWith("Bearer ey", asked.Authorization);
        Assert.Contains("hsr_of-the-network", await Store.ReadAsync(default));
        await UntilAsync(() => Changes.Any(change => change.SessionId == Wire.Session));
        using var other = CreateClient();
        Assert.Equal(await Client.GetAccessTokenAsync(), await other.GetAccessTokenAsync());
        Assert.Equal(0, Network.Refreshes);
    }

    [Fact]
    public async Task A_wrong_password_changes_nothing()
    {
        var before = await Store.ReadAsync(default);
        await FailsAsync(() => Client.ChangePasswordAsync("wrong", NewPassword), HandstampErrorCodes.InvalidCredentials, definitive: false);
        Assert.Equal(before, await Store.ReadAsync(default));
    }

    [Fact]
    public async Task A_password_change_waits_for_a_refresh_that_is_under_way()
    {
        var answer = new TaskCompletionSource();
        Network.Next("/refresh", async (pass, _) => { await answer.Task; return await pass(); });
        Network.Next("/password/change", Wire.Granted());
        Network.Next("/me", Network.Expired);
        Time.Advance(Life / 2);
        var refreshing = Http.GetAsync("/me");
        await UntilAsync(() => Network.Refreshes == 1);

        var change = Client.ChangePasswordAsync(Password, NewPassword);
        Assert.Empty(Network.Requests("/password/change"));
        answer.SetResult();
        await Task.WhenAll(refreshing, change);

        Assert.Contains("hsr_of-the-network", await Store.ReadAsync(default));
    }

    [Fact]
    public async Task The_answer_to_an_older_refresh_in_another_process_does_not_replace_the_new_session()
    {
        using var other = CreateOther(ahead: Life);
        Network.Next("/password/change", Wire.Granted());
        Network.Next("/refresh", async (pass, cancel) =>
        {
            var answer = await pass();
            await Client.ChangePasswordAsync(Password, NewPassword, cancel);
            return answer;
        });
        Network.Next("/refresh", Wire.Granted(("access_token", "of-the-new-session")));

        Assert.Equal("of-the-new-session", await other.GetAccessTokenAsync());

        Assert.Contains("hsr_of-the-network", Network.Requests("/refresh")[^1].Body);
    }

    [Fact]
    public async Task Another_process_that_sends_the_old_token_continues_with_the_new_session()
    {
        using var other = CreateOther(ahead: Life);
        Network.Next("/password/change", Wire.Granted());
        Network.Next("/refresh", async (pass, cancel) =>
        {
            await Client.ChangePasswordAsync(Password, NewPassword, cancel);
            return await Wire.Superseded(30)(pass, cancel);
        });
        Network.Next("/refresh", Wire.Granted(("access_token", "of-the-new-session")));

        Assert.Equal("of-the-new-session", await other.GetAccessTokenAsync());
    }

    [Fact]
    public async Task The_service_continues_with_a_new_session_and_has_no_token_for_the_old_one()
    {
        var old = await StoredAsync();

        await Client.ChangePasswordAsync(Password, NewPassword);

        Assert.NotEqual(old.SessionId, (await StoredAsync()).SessionId);
        Assert.Equal(Email, (await Client.GetUserAsync())?.Email);
        Assert.Equal(0, Network.Refreshes);
        using var http = new HttpClient { BaseAddress = Service };
        using var answer = await http.PostAsJsonAsync("refresh", new { refresh_token = old.RefreshToken });
        Assert.Equal((HttpStatusCode.Conflict, true), (answer.StatusCode, answer.Headers.RetryAfter?.Delta > TimeSpan.Zero));
    }

    [Fact]
    public async Task Another_process_that_sends_the_service_the_old_token_continues_with_the_new_session_too()
    {
        using var other = CreateOther(ahead: Life);
        HttpStatusCode? refusal = null;
        Network.Next("/refresh", async (pass, cancel) =>
        {
            await Client.ChangePasswordAsync(Password, NewPassword, cancel);
            var answer = await pass();
            refusal = answer.StatusCode;
            return answer;
        });

        Assert.Equal(Email, (await other.GetUserAsync())?.Email);

        Assert.Equal(HttpStatusCode.Conflict, refusal);
        Assert.Equal(2, Network.Refreshes);
    }

    async Task<StoredSession> StoredAsync() => StoredSession.Read(await Store.ReadAsync(default))!;
}
