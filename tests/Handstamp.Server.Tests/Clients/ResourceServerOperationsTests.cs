using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Clients;

/// <summary>The APIs that may follow the feed and ask about tokens.</summary>
public sealed class ResourceServerOperationsTests : IAsyncLifetime
{
    HandstampApp _app = null!;

    ResourceServerOperations Operations => _app.Get<ResourceServerOperations>();

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task<int> AskAsync(ResourceServerCredential credential)
    {
        using var answer = await _app.SendAsync(HttpMethod.Post, "/oauth/introspect", accessToken: credential.Reveal(),
            change: request => request.Content = new FormUrlEncodedContent([new("token", "x")]));
        return (int)answer.StatusCode;
    }

    int Told(string kind) => _app.Logs.Of(6500).Count(line => line.Contains($"{kind}: ", StringComparison.Ordinal) && line.Contains("orders", StringComparison.Ordinal));

    [Fact]
    public async Task A_credential_opens_until_its_API_is_removed_and_the_trail_shows_both()
    {
        var added = await Operations.AddAsync("orders", Origin.Operator);
        Assert.NotNull(added);
        Assert.Equal(("orders", _app.Clock.Now()), (added.Server.Name, added.Server.CreatedAt));
        Assert.Equal((200, 1, 0), (await AskAsync(added.Credential), Told("api.added"), Told("api.removed")));

        Assert.True(await Operations.RemoveAsync("orders", Origin.Operator));

        Assert.Equal((401, 1, 1), (await AskAsync(added.Credential), Told("api.added"), Told("api.removed")));
    }

    [Fact]
    public async Task A_name_is_added_once_and_removed_once()
    {
        var first = await Operations.AddAsync("orders", Origin.Operator);

        Assert.Null(await Operations.AddAsync("orders", Origin.Operator));
        Assert.Equal((200, 1), (await AskAsync(first!.Credential), Told("api.added")));

        Assert.True(await Operations.RemoveAsync("orders", Origin.Operator));
        Assert.False(await Operations.RemoveAsync("orders", Origin.Operator));
        Assert.Equal(1, Told("api.removed"));
    }
}
