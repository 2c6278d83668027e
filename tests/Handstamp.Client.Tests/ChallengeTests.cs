using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

/// <summary>The challenge that the service asks for while it is attacked.</summary>
public sealed class ChallengeTests
{
    [Fact]
    public async Task The_client_solves_a_challenge_and_sends_the_request_once_more()
    {
        using var data = new TempDirectory();
        await using var service = await HandstampProcess.StartAsync(
            data.Path, "--Challenge:Mode=always", "--Challenge:MaxNumber=5000", "--Logging:Level=Warning");
        using var client = new HandstampClient(new HandstampClientOptions { Url = service.Address.OriginalString, Store = new MemoryTokenStore() });

        await client.RegisterAsync("ada@example.com", "correct horse battery staple");
        await client.LoginAsync("ada@example.com", "correct horse battery staple");

        Assert.Equal("ada@example.com", (await client.GetUserAsync())?.Email);
        var fault = await Assert.ThrowsAsync<HandstampException>(() => client.LoginAsync("ada@example.com", "a wrong sentence"));
        Assert.Equal(HandstampErrorCodes.InvalidCredentials, fault.Code);
    }
}
