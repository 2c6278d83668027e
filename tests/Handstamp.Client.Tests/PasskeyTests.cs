using System.Text.Json;
using Handstamp.TestBed;
using ServiceClient = Handstamp.TestBed.HandstampClient;

namespace Handstamp.Client.Tests;

/// <summary>The passkeys of an account. A browser has added them.</summary>
public sealed class PasskeyTests : IAsyncLifetime
{
    const string Email = "ada@example.com";

    readonly TempDirectory _data = new();
    ListeningProcess _service = null!;
    HandstampClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var authenticator = new Authenticator();
        _service = await HandstampProcess.StartAsync(
            _data.Path, $"--Passkeys:RelyingPartyId={authenticator.RpId}", $"--Passkeys:Origins={authenticator.Origin}", "--Logging:Level=Warning");
        _client = new HandstampClient(new HandstampClientOptions { Url = _service.Address.OriginalString, Store = new MemoryTokenStore() });
        await _client.RegisterAsync(Email, ServiceClient.Password);
        await _client.LoginAsync(Email, ServiceClient.Password);
        await AddAsync(authenticator, "Phone");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
        _data.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task They_are_listed_named_and_removed()
    {
        var passkey = Assert.Single(await _client.ListPasskeysAsync());
        Assert.Equal(("Phone", false, true), (passkey.Name, passkey.Synced, passkey.SecondFactor));
        Assert.Equal(["internal", "hybrid"], passkey.Transports);
        Assert.Null(passkey.LastUsedAt);

        foreach (var name in new[] { "Key ring", null })
        {
            await _client.RenamePasskeyAsync(passkey.Id, name);
            Assert.Equal(name, Assert.Single(await _client.ListPasskeysAsync()).Name);
        }
        await _client.RemovePasskeyAsync(passkey.Id);

        Assert.Empty(await _client.ListPasskeysAsync());
        foreach (var again in new Func<Task>[] { () => _client.RemovePasskeyAsync(passkey.Id), () => _client.RenamePasskeyAsync(passkey.Id, "x") })
            Assert.Equal(HandstampErrorCodes.PasskeyNotFound, (await Assert.ThrowsAsync<HandstampException>(again)).Code);
    }

    async Task AddAsync(Authenticator authenticator, string name)
    {
        using var browser = new ServiceClient(_service.Address);
        var token = await _client.GetAccessTokenAsync();
        using var begun = await browser.PostAsync("passkeys/options", new { }, token);
        using var answer = await JsonDocument.ParseAsync(await begun.Content.ReadAsStreamAsync());
        var credential = authenticator.Create(answer.RootElement.GetProperty("options"));
        using var added = await browser.PostAsync(
            "passkeys", new { ceremony = answer.RootElement.GetProperty("ceremony").GetString(), credential, name }, token);
        added.EnsureSuccessStatusCode();
    }
}
