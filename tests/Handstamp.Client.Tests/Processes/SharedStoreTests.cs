using System.Net;
using Handstamp.Testing;
using Handstamp.Testing.Faults;

namespace Handstamp.Client.Tests.Processes;

/// <summary>Twenty programs share one store, and one session.</summary>
public sealed class SharedStoreTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int Processes = 20;
    const string Email = "ada@example.com";
    const string Password = "correct horse battery staple";

    readonly TempDirectory _directory = new();
    readonly List<ChildProcess> _children = [];
    ListeningProcess _service = null!;

    string File => _directory.File("session");

    public async ValueTask InitializeAsync()
    {
        _service = await HandstampProcess.StartAsync(
            _directory.File("data"), $"--Sessions:RetryWindow={Child.Window:c}", "--Logging:Level=Warning");
        using var client = new HandstampClient(
            new HandstampClientOptions { Url = _service.Address.OriginalString, Store = new FileTokenStore(File) });
        await client.RegisterAsync(Email, Password);
        await client.LoginAsync(Email, Password);
    }

    public async ValueTask DisposeAsync()
    {
        _children.ForEach(child => child.Dispose());
        await _service.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(Sharing.All, 1)]
    [InlineData(Sharing.NoAccessToken, 2)]
    [InlineData(Sharing.NoLock, 3)]
    public async Task All_of_them_refresh_at_once_on_a_bad_network_and_one_is_killed_in_between_and_nobody_is_logged_out(
        Sharing sharing, int seed)
    {
        output.WriteLine($"seed {seed}");
        await using var network = new FaultProxy(_service.Address, new Weather(seed, Child.Window * 2 / 3, spell: 1));
        var children = await StartAsync(Processes, ChildTask.RefreshWhenTold, sharing, network.Address);
        for (var round = 0; round < 3; round++)
        {
            var victim = await StartVictimAsync(sharing);
            // Every other time later than the window, so that what was lost is a late retry.
            if (round % 2 == 1) await Task.Delay(Child.Window * 1.1);
            Assert.Equal("answered", await victim.AskAsync("go"));

            var answers = children.Select(child => child.AskAsync("go")).ToList();
            await victim.KillAsync();

            foreach (var token in await Task.WhenAll(answers)) await WorksAsync(token);
        }

        output.WriteLine(string.Join(", ", network.Counts.Select(count => $"{count.Key} {count.Value}")));
        Assert.Contains(network.Counts, count => count.Key != Fault.None && count.Value > 0);
        // One refreshes for all of them.
        if (sharing == Sharing.All) Assert.InRange(network.Counts.Values.Sum(), 2, Processes / 2);
    }

    [Fact]
    public async Task One_that_hangs_with_the_lock_holds_up_the_others_for_a_while_only()
    {
        var children = await StartAsync(2, ChildTask.RefreshWhenTold, Sharing.NoAccessToken, _service.Address);
        var hanging = await StartVictimAsync(Sharing.NoAccessToken);
        Assert.Equal("answered", await hanging.AskAsync("go"));
        hanging.Halt();

        foreach (var token in await Task.WhenAll(children.Select(child => child.AskAsync("go")))) await WorksAsync(token);
    }

    /// <summary>One that has to refresh, whatever it finds in the store.</summary>
    async Task<ChildProcess> StartVictimAsync(Sharing sharing)
    {
        var without = sharing == Sharing.All ? Sharing.NoAccessToken : sharing;
        return (await StartAsync(1, ChildTask.HangWhenAnswered, without, _service.Address)).Single();
    }

    async Task<IReadOnlyList<ChildProcess>> StartAsync(int count, ChildTask task, Sharing sharing, Uri service)
    {
        var children = Enumerable.Range(0, count).Select(_ => ChildProcess.Start(task, sharing, service, File)).ToList();
        _children.AddRange(children);
        foreach (var child in children) Assert.Equal("ready", await child.ReadLineAsync());
        return children;
    }

    async Task WorksAsync(string? token)
    {
        using var http = new HttpClient { BaseAddress = _service.Address, DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        Assert.Equal((token, HttpStatusCode.OK), (token, (await http.GetAsync("/me")).StatusCode));
    }
}
