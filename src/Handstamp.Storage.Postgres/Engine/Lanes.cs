namespace Handstamp.Storage.Postgres.Engine;

/// <summary>What a connection is reserved for.</summary>
enum Lane
{
    Others,

    /// <summary>
    /// What <c>/refresh</c> needs, and the key ring, without which there is no refresh. The end of a session does not
    /// count, because it waits for other ends.
    /// </summary>
    Refreshes,
}

/// <summary>
/// Lets in as many operations as there are connections. A quarter of them, at least one of two, is reserved for
/// refreshes. However many other operations wait for a lock, a refresh gets a connection.
/// </summary>
sealed class Lanes(int connections, TimeSpan timeout, TimeProvider clock) : IDisposable
{
    readonly Gate _all = new(connections, timeout, clock);
    readonly Gate _others = new(Math.Max(1, connections - Math.Max(1, connections / 4)), timeout, clock);

    public async ValueTask EnterAsync(Lane lane)
    {
        if (lane == Lane.Others) await _others.EnterAsync();
        try
        {
            await _all.EnterAsync();
        }
        catch
        {
            if (lane == Lane.Others) _others.Leave();
            throw;
        }
    }

    public void Leave(Lane lane)
    {
        _all.Leave();
        if (lane == Lane.Others) _others.Leave();
    }

    public void Dispose()
    {
        _all.Dispose();
        _others.Dispose();
    }
}
