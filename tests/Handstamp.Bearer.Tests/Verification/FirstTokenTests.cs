using System.Net;
using Handstamp.Bearer.Feed;
using Handstamp.Bearer.Issuer;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Bearer.Tests.Verification;

/// <summary>A token arrives before the keys were fetched: the request itself starts the fetch.</summary>
public sealed class FirstTokenTests : IAsyncLifetime
{
    TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task The_first_token_makes_the_API_fetch_the_keys_and_is_accepted()
    {
        await using var api = await TestApi.StartAsync(_issuer.Address, _issuer.Clock, services: WithoutBackground);

        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", _issuer.Issue())).Status);
    }

    static void WithoutBackground(IServiceCollection services)
    {
        foreach (var one in services.Where(one => one.ImplementationType == typeof(KeyRefresher) || one.ImplementationType == typeof(FeedFollower)).ToList())
            services.Remove(one);
    }
}
