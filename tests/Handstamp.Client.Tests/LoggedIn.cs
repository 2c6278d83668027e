using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Handstamp.TestBed;
using Microsoft.Extensions.Time.Testing;

namespace Handstamp.Client.Tests;

/// <summary>Tests that start with a person who is logged in at the real service, and a clock that the tests move.</summary>
public abstract class LoggedIn(RunningService service) : IAsyncLifetime
{
    protected const string Password = "correct horse battery staple";
    protected static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    static int s_people;

    readonly List<IDisposable> _disposables = [];
    private protected readonly FakeTimeProvider Time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private protected readonly Network Network = new();
    private protected readonly ConcurrentQueue<SessionChangedEventArgs> Changes = new();

    protected string Email { get; } = $"person-{Interlocked.Increment(ref s_people)}@example.com";

    protected Uri Service => service.Address;

    private protected ITokenStore Store { get; set; } = new MemoryTokenStore();

    private protected HandstampClient Client { get; set; } = null!;

    /// <summary>Calls with the token, whose answers the test checks.</summary>
    private protected HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Open();
        await Client.RegisterAsync(Email, Password);
        await Client.LoginAsync(Email, Password);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var disposable in _disposables) disposable.Dispose();
        Network.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// The client of a program that was started again, on the same store. The previous client does nothing more.
    /// </summary>
    private protected void Open(Action<HandstampClientOptions>? change = null)
    {
        Client?.Keeper.Dispose();
        Client = CreateClient(change);
        Client.SessionChanged += (_, changed) => Changes.Enqueue(changed);
        Http = new HttpClient(new HandstampHandler(Client, Network)) { BaseAddress = Service };
        _disposables.AddRange([Client, Http]);
    }

    private protected HandstampClient CreateClient(Action<HandstampClientOptions>? change = null, TimeProvider? time = null)
    {
        var options = new HandstampClientOptions { Url = Service.OriginalString, Store = Store, BackchannelHttpHandler = Network };
        change?.Invoke(options);
        return new HandstampClient(options, time ?? Time);
    }

    /// <summary>Another process on the same store, whose clock is already later.</summary>
    private protected HandstampClient CreateOther(TimeSpan ahead) => CreateClient(time: new FakeTimeProvider(Time.GetUtcNow() + ahead));

    private protected static async Task<HandstampException> FailsAsync(Func<Task> work, string code, bool definitive)
    {
        var fault = await Assert.ThrowsAsync<HandstampException>(work);
        Assert.Equal((code, definitive), (fault.Code, fault.Definitive));
        return fault;
    }

    /// <summary>
    /// Moves the clock forward in small steps, so that waiting code continues. Requests take none of that time.
    /// </summary>
    private protected Task MoveUntilAsync(Task done) => Eventually.TrueAsync(() =>
    {
        if (Network.IsIdle) Time.Advance(TimeSpan.FromMilliseconds(50));
        return done.IsCompleted;
    }, "code that waits for the clock continues");

    /// <summary>Waits for the work of another thread.</summary>
    private protected static Task UntilAsync(Func<bool> done, [CallerArgumentExpression(nameof(done))] string what = "") =>
        Eventually.TrueAsync(done, what);
}
