namespace Handstamp.Storage.Postgres.Engine;

/// <summary>For whom a connection is.</summary>
enum Lane
{
    Others,

    /// <summary>
    /// What <c>/refresh</c> asks for, and the key ring, without which there is none; but not the end of a session: an end
    /// waits for other ends.
    /// </summary>
    Refreshes,
}

/// <summary>
/// As many at once as there are connections, of which a quarter, and at least one of two, is for refreshes alone. However
/// many others wait for a lock, a refresh finds a connection.
/// </summary>
sealed class Lanes(int connections, TimeProvider clock) : IDisposable
{
    readonly Gate _all = new(connections, clock);
    readonly Gate _others = new(Math.Max(1, connections - Math.Max(1, connections / 4)), clock);

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
