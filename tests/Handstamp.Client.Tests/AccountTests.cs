using System.Text.Json;
using Handstamp.TestBed;
using ServiceClient = Handstamp.TestBed.HandstampClient;

namespace Handstamp.Client.Tests;

/// <summary>What people do with their own accounts, at the real service.</summary>
public sealed class AccountTests : IAsyncLifetime
{
    const string Email = "ada@example.com";

    readonly TempDirectory _data = new();
    ListeningProcess _service = null!;
    HandstampClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await HandstampProcess.StartAsync(_data.Path, "--Logging:Level=Warning");
        _client = new HandstampClient(new HandstampClientOptions { Url = _service.Address.OriginalString, Store = new MemoryTokenStore() });
        await _client.RegisterAsync(Email, ServiceClient.Password);
        await _client.LoginAsync(Email, ServiceClient.Password);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
        _data.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_profile_is_changed_member_by_member()
    {
        await _client.UpdateProfileAsync(new ProfileChange { Name = "Ada", Locale = "de-AT", Data = JsonSerializer.SerializeToElement(new { theme = "dark" }) });

        var user = await _client.UpdateProfileAsync(new ProfileChange { Name = null, Picture = "https://example.com/ada.png" });

        Assert.Equal((null, "https://example.com/ada.png", "de-AT"), (user.Name, user.Picture, user.Locale));
        Assert.Equal("""{"theme":"dark"}""", (await _client.GetUserAsync())!.Data?.GetRawText());
        Assert.Null((await _client.UpdateProfileAsync(new ProfileChange { Data = null })).Data);
    }

    [Fact]
    public async Task The_activity_is_read_page_by_page_and_the_export_as_a_whole()
    {
        var first = await _client.ListActivityAsync(limit: 1);
        var second = await _client.ListActivityAsync(first.Next, limit: 1);

        Assert.Equal(["session.begun", "account.added"], [first.Activity[0].Kind, second.Activity[0].Kind]);
        Assert.Equal("owner", first.Activity[0].By);
        Assert.Equal(Email, (await _client.ExportAccountAsync()).GetProperty("account").GetProperty("profile").GetProperty("email").GetString());
    }

    [Fact]
    public async Task A_deleted_account_logs_out_and_a_login_can_keep_it()
    {
        var deletion = await _client.DeleteAccountAsync();
        Assert.False(deletion.Deleted);
        Assert.Null(await _client.GetUserAsync());

        var refused = await Assert.ThrowsAsync<HandstampException>(() => _client.LoginAsync(Email, ServiceClient.Password));
        Assert.Equal((HandstampErrorCodes.AccountDeletionPending, false), (refused.Code, refused.Definitive));
        Assert.Equal(deletion.DeletesAt, refused.SecondFactor!.DeletesAt);
        await _client.KeepAccountAsync(refused.SecondFactor);

        Assert.Equal(Email, (await _client.GetUserAsync())!.Email);
    }

    [Fact]
    public async Task A_token_that_is_not_of_a_mail_keeps_nothing()
    {
        var refused = await Assert.ThrowsAsync<HandstampException>(() => _client.RestoreAccountAsync("hss_nothing"));

        Assert.Equal(HandstampErrorCodes.EmailTokenInvalid, refused.Code);
    }
}
