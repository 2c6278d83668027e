using Handstamp.Server.Secrets;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class SecretNodesTests : PostgresTests
{
    [Fact]
    public async Task A_secret_of_one_node_can_be_used_once_at_any_node()
    {
        await using var other = Engine.Another();
        await other.OpenAsync();
        ISecretStore[] nodes = [Engine.Get<ISecretStore>(), other.Get<ISecretStore>()];
        var key = new SecretKey("test", Given.Id(), new byte[32]);
        await nodes[0].AddAsync(key, new SecretContent(Given.Id(), [1], Given.Now.AddMinutes(1)), tries: 100, most: 1);

        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
            await nodes[caller % 2].TryAsync(key, Given.Now) is not null && await nodes[caller % 2].TakeAsync(key, Given.Now))));

        Assert.Single(taken, one => one);
    }
}
