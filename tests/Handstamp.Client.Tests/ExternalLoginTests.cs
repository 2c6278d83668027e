using Handstamp.Server.Tests.ExternalLogins;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

/// <summary>Logins by another service, with a provider on a socket of its own.</summary>
public sealed class ExternalLoginTests : IAsyncLifetime
{
    static readonly Uri Callback = new("https://app.example.com/corp");
    static readonly Person Ada = new("ada-at-corp", "ada@example.com");

    readonly TempDirectory _data = new();
    ProviderDouble _provider = null!;
    ListeningProcess _service = null!;
    HandstampClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await ProviderDouble.StartAsync(TimeProvider.System);
        var settings = _provider.Settings().Where(one => one.Value is not null).Select(one => $"--{one.Key.Replace(":0", "", StringComparison.Ordinal)}={one.Value}");
        _service = await HandstampProcess.StartAsync(_data.Path, [.. settings, "--Logging:Level=Warning"]);
        _client = NewClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
        await _provider.DisposeAsync();
        _data.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_person_logs_in_by_a_browser(bool keyBinding)
    {
        using var client = NewClient(keyBinding);
        var visit = await client.StartExternalLoginAsync("corp", Callback);
        Assert.Null(visit.Nonce);
        Assert.True(visit.ExpiresIn > 0);

        await client.CompleteExternalLoginAsync(visit, Approved(visit), "Phone");

        Assert.Equal(Ada.Email, (await client.GetUserAsync())!.Email);
        Assert.Equal("Phone", Assert.Single(await client.ListDevicesAsync()).DeviceName);
        Assert.Equal(HandstampErrorCodes.ExternalLoginFailed, await FailsAsync(() => client.CompleteExternalLoginAsync(visit, Approved(visit))));
    }

    [Fact]
    public async Task A_person_logs_in_by_the_ID_token_of_the_providers_own_library()
    {
        var other = await _client.StartExternalLoginAsync("corp");
        Assert.Null(other.Url);
        Assert.Equal(HandstampErrorCodes.ExternalLoginFailed, await FailsAsync(
            () => _client.CompleteExternalLoginByIdTokenAsync(other, _provider.IdToken(Ada, "another nonce"))));
        var visit = await _client.StartExternalLoginAsync("corp");

        await _client.CompleteExternalLoginByIdTokenAsync(visit, _provider.IdToken(Ada, visit.Nonce));

        Assert.Equal(Ada.Email, (await _client.GetUserAsync())!.Email);
    }

    [Fact]
    public async Task A_provider_is_added_listed_and_removed()
    {
        await _client.RegisterAsync("grace@example.com", Password);
        await _client.LoginAsync("grace@example.com", Password);

        var visit = await _client.StartExternalLinkAsync("corp", Callback);
        var added = await _client.CompleteExternalLinkAsync(visit, Approved(visit));

        var listed = Assert.Single(await _client.ListExternalLoginsAsync());
        Assert.Equal((added.Id, "corp", Ada.Email, added.CreatedAt), (listed.Id, listed.Provider, listed.Label, listed.LastUsedAt));
        await _client.RemoveExternalLoginAsync(added.Id);
        Assert.Empty(await _client.ListExternalLoginsAsync());
        Assert.Equal(HandstampErrorCodes.ExternalLoginNotFound, await FailsAsync(() => _client.RemoveExternalLoginAsync(added.Id)));
    }

    [Fact]
    public async Task A_provider_is_added_by_an_ID_token_and_the_last_way_to_log_in_stays()
    {
        var login = await _client.StartExternalLoginAsync("corp");
        await _client.CompleteExternalLoginByIdTokenAsync(login, _provider.IdToken(Ada, login.Nonce));
        var visit = await _client.StartExternalLinkAsync("corp");
        var other = await _client.CompleteExternalLinkByIdTokenAsync(visit, _provider.IdToken(new Person("ada-at-home"), visit.Nonce));

        await _client.RemoveExternalLoginAsync(other.Id);

        var last = Assert.Single(await _client.ListExternalLoginsAsync());
        Assert.Equal(HandstampErrorCodes.LastLoginMethod, await FailsAsync(() => _client.RemoveExternalLoginAsync(last.Id)));
    }

    const string Password = "correct horse battery staple";

    Uri Approved(ExternalVisit visit) => new(_provider.Approve(visit.Url!.AbsoluteUri, Ada));

    HandstampClient NewClient(bool keyBinding = false) => new(new HandstampClientOptions
    {
        Url = _service.Address.OriginalString,
        Store = new MemoryTokenStore(),
        KeyBinding = keyBinding,
    });

    static async Task<string> FailsAsync(Func<Task> work) => (await Assert.ThrowsAsync<HandstampException>(work)).Code;
}
