using Handstamp.Client.Session;
using Handstamp.TestBed;
using Handstamp.TestBed.Faults;

namespace Handstamp.Client.Tests.Processes;

/// <summary>Twenty programs share one store, and one session.</summary>
[Trait("Kind", "Proof")]
public sealed class SharedStoreTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int Processes = 20;
    const int Rounds = 3;
    const string Email = "ada@example.com";
    const string Password = "correct horse battery staple";

    readonly TempDirectory _directory = new();
    readonly List<ChildProcess> _children = [];
    FaultProxy _network = null!;
    ListeningProcess _service = null!;

    string File => _directory.File("session");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _children.ForEach(child => child.Dispose());
        await _network.DisposeAsync();
        await _service.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(Sharing.All, false, 1)]
    [InlineData(Sharing.NoAccessToken, true, 2)]
    [InlineData(Sharing.NoLock, false, 3)]
    public async Task All_refresh_at_once_on_a_bad_network_one_is_killed_with_the_lock_and_nobody_is_logged_out(
        Sharing sharing, bool bound, int seed)
    {
        output.WriteLine($"seed {seed}");
        await LogInAsync(bound, seed);
        var children = await StartAsync(Processes, ChildTask.RefreshWhenTold, sharing, _network.Address);
        for (var round = 0; round < Rounds; round++)
        {
            var victim = await StartVictimAsync(sharing);
            // Every second time later than the window, so that a lost answer leads to a late retry.
            if (round % 2 == 1) await Task.Delay(Child.Window * 1.1);
            Assert.Equal("answered", await victim.AskAsync("go"));

            var answers = children.Select(child => child.AskAsync("go")).ToList();
            await victim.KillAsync();

            foreach (var token in await Task.WhenAll(answers)) Assert.Equal("works", await JudgeAsync(token));
        }

        output.WriteLine(string.Join(", ", _network.Counts.Select(count => $"{count.Key} {count.Value}")));
        Assert.Contains(_network.Counts, count => count.Key != Fault.None && count.Value > 0);
        // One process refreshes for all of them, or at worst for some: on a busy machine, others stop waiting for the lock.
        if (sharing == Sharing.All) Assert.InRange(_network.Counts.Values.Sum(), 2, (Rounds * Processes) - 1);
    }

    [Fact]
    public async Task A_process_that_hangs_with_the_lock_delays_the_others_only_for_a_while()
    {
        await LogInAsync(bound: false, seed: 1);
        var children = await StartAsync(2, ChildTask.RefreshWhenTold, Sharing.NoAccessToken, _service.Address);
        var hanging = await StartVictimAsync(Sharing.NoAccessToken);
        Assert.Equal("answered", await hanging.AskAsync("go"));
        hanging.Halt();

        var tokens = await Task.WhenAll(children.Select(child => child.AskAsync("go")));

        foreach (var token in tokens) Assert.Equal("works", await JudgeAsync(token));
    }

    /// <summary>Starts the service, known by the address of the network in front of it, and fills the store.</summary>
    async Task LogInAsync(bool bound, int seed)
    {
        _network = new FaultProxy(() => _service.Address, new Weather(seed, Child.Window * 2 / 3, spell: 1));
        _service = await HandstampProcess.StartAsync(
            _directory.File("data"), $"--Issuer={_network.Address.OriginalString}",
            $"--Sessions:RetryWindow={Child.Window:c}", "--Logging:Level=Warning");
        using var client = CreateDirectClient(new FileTokenStore(File), bound);
        await client.RegisterAsync(Email, Password);
        await client.LoginAsync(Email, Password);
    }

    /// <summary>A client that must refresh, whatever it finds in the store.</summary>
    async Task<ChildProcess> StartVictimAsync(Sharing sharing)
    {
        var without = sharing == Sharing.All ? Sharing.NoAccessToken : sharing;
        return (await StartAsync(1, ChildTask.HangWhenAnswered, without, _service.Address)).Single();
    }

    async Task<IReadOnlyList<ChildProcess>> StartAsync(int count, ChildTask task, Sharing sharing, Uri through)
    {
        var children = Enumerable.Range(0, count).Select(_ => ChildProcess.Start(task, sharing, _network.Address, through, File)).ToList();
        _children.AddRange(children);
        foreach (var child in children) Assert.Equal("ready", await child.ReadLineAsync());
        return children;
    }

    /// <summary>Whether the service accepts this token; otherwise, what the token is.</summary>
    async Task<string?> JudgeAsync(string? token)
    {
        if (token is not ['e', 'y', ..]) return token;
        var stored = StoredSession.Read(await new FileTokenStore(File).ReadAsync(default))!;
        using var client = CreateDirectClient(new MemoryTokenStore());
        await client.Keeper.BeginAsync(() => Task.FromResult(stored.With(token, TimeProvider.System.GetUtcNow(), 600)), default);
        return (await client.GetUserAsync())?.Email == Email ? "works" : "is nobody's";
    }

    /// <summary>A client that knows the service by the network's address, and bypasses the network.</summary>
    HandstampClient CreateDirectClient(ITokenStore store, bool bound = false) => new(new HandstampClientOptions
    {
        Url = _network.Address.OriginalString,
        Store = store,
        KeyBinding = bound,
        BackchannelHttpHandler = new Shortcut(_service.Address),
        Timings = new() { Request = Eventually.Timeout },
    });
}
