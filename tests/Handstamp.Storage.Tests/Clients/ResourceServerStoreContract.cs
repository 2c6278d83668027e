using Handstamp.Server.Clients;

namespace Handstamp.Storage.Tests.Clients;

public abstract class ResourceServerStoreContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    [Fact]
    public async Task An_api_is_found_exactly_as_it_was_added()
    {
        Assert.True(await ResourceServers.TryAddAsync(Named("orders")));

        Assert.Equivalent(Named("orders"), await ResourceServers.FindAsync("orders", Cancel), strict: true);
        Assert.Null(await ResourceServers.FindAsync("Orders", Cancel));
    }

    [Fact]
    public async Task A_taken_name_is_refused_and_its_credential_stays()
    {
        await ResourceServers.TryAddAsync(Named("orders"));

        Assert.False(await ResourceServers.TryAddAsync(Named("orders") with { SecretHash = new byte[32] }));

        Assert.Equivalent(Named("orders"), await ResourceServers.FindAsync("orders", Cancel), strict: true);
    }

    [Fact]
    public async Task All_apis_are_listed_by_name()
    {
        foreach (var name in (string[])["b", "c", "a"]) await ResourceServers.TryAddAsync(Named(name));

        Assert.Equal(["a", "b", "c"], (await ResourceServers.ListAsync(Cancel)).Select(server => server.Name));
    }

    [Fact]
    public async Task A_removed_api_is_not_found_and_can_be_added_again()
    {
        await ResourceServers.TryAddAsync(Named("orders"));
        await ResourceServers.TryAddAsync(Named("stock"));

        Assert.True(await ResourceServers.RemoveAsync("orders"));
        Assert.False(await ResourceServers.RemoveAsync("orders"));

        Assert.Equal(["stock"], (await ResourceServers.ListAsync(Cancel)).Select(server => server.Name));
        Assert.True(await ResourceServers.TryAddAsync(Named("orders")));
    }

    static ResourceServer Named(string name) => new(name, [.. Enumerable.Repeat((byte)7, 32)], Given.Now);
}
