using Xunit;

namespace Handstamp.Server.Tests.Sessions.Dpop;

/// <summary>Tests that start with a client that has a key, and a service where its owner has an account.</summary>
public abstract class BoundTests : IAsyncLifetime
{
    protected static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private protected HandstampApp App { get; private set; } = null!;

    private protected BoundClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        App = await HandstampApp.StartAsync();
        await App.RegisterAsync();
        Client = new BoundClient(App);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Refused because a good proof is missing, with everything that the next attempt needs; and the session is alive.
    /// </summary>
    protected static async Task AssertRefusedAsync(string code, HttpResponseMessage answer)
    {
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((code, 401, false), (problem.Code, problem.Status, problem.Definitive));
        Assert.StartsWith("DPoP ", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.True(answer.Headers.Contains("DPoP-Nonce"));
        Assert.Null(problem.RetryAfter);
        answer.Dispose();
    }
}
