using Handstamp.Client.Session;

namespace Handstamp.Client.Tests.Processes;

/// <summary>The tasks of a child process.</summary>
enum ChildTask
{
    /// <summary>
    /// Prints "ready". For each line, it gets another token, as when an API calls the token outdated, and prints it.
    /// </summary>
    RefreshWhenTold,

    /// <summary>The same, but after the service has answered, it prints that and hangs while it holds the lock.</summary>
    HangWhenAnswered,
}

/// <summary>Which of the shared resources work. The processes must not depend on any of them.</summary>
public enum Sharing
{
    All,

    /// <summary>Nobody can use the access token that another process has stored.</summary>
    NoAccessToken,

    /// <summary>The lock stops nobody either, as on some network drives.</summary>
    NoLock,
}

/// <summary>The program of a <see cref="ChildProcess"/>.</summary>
static class Child
{
    /// <summary>The length of a service's window. The clients' times are in proportion: a fifth of the real ones.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(6);

    static readonly Timings FastTimings = new()
    {
        Request = TimeSpan.FromSeconds(2),
        QuietGap = Window / 3,
        Superseded = TimeSpan.FromMilliseconds(100),
        FirstPause = TimeSpan.FromMilliseconds(200),
        LongestPause = TimeSpan.FromSeconds(2),
        Outdated = TimeSpan.Zero,
    };

    public static async Task<int> RunAsync(string[] task)
    {
        var (what, sharing) = (Enum.Parse<ChildTask>(task[0]), Enum.Parse<Sharing>(task[1]));
        var through = new Shortcut(new Uri(task[3]));
        using var client = new HandstampClient(new HandstampClientOptions
        {
            Url = task[2],
            Store = new PartialStore(new FileTokenStore(task[4], TimeProvider.System, Window / 2), sharing),
            BackchannelHttpHandler = what == ChildTask.HangWhenAnswered ? new HangWhenAnswered(through) : through,
            Timings = FastTimings,
        });
        HeldToken? token = null;
        for (Console.WriteLine("ready"); Console.ReadLine() is not null;)
        {
            var (next, code) = await RefreshAsync(client.Keeper, token);
            token = next;
            Console.WriteLine(next?.AccessToken ?? code);
        }
        return 0;
    }

    /// <summary>Tries until there is another token, or the session is over.</summary>
    static async Task<(HeldToken?, string?)> RefreshAsync(SessionKeeper keeper, HeldToken? old)
    {
        while (true)
        {
            try
            {
                return (old is null
                    ? await keeper.CurrentAsync(default)
                    : await keeper.AfterAsync(old, TokenRefusal.Outdated, default), null);
            }
            catch (HandstampException fault) when (!fault.Definitive)
            {
                await Task.Delay(50);
            }
            catch (HandstampException fault)
            {
                return (null, fault.Code);
            }
        }
    }

    sealed class HangWhenAnswered(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (!answer.IsSuccessStatusCode) return answer;
            Console.WriteLine("answered");
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            throw new InvalidOperationException();
        }
    }
}
