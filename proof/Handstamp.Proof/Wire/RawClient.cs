namespace Handstamp.Proof.Wire;

/// <summary>One request after the other over a connection that is kept as long as the service keeps it.</summary>
sealed class RawClient(Uri address) : IDisposable
{
    RawConnection? _connection;

    /// <summary>The answer to a request that is framed right.</summary>
    // It is sent once more where the connection was closed instead: after an answer that left a body unread.
    public RawAnswer Exchange(ReadOnlySpan<byte> request) =>
        Try(request) ?? Try(request) ?? throw new InvalidDataException("a request that is framed right is not answered");

    public void Dispose() => _connection?.Dispose();

    RawAnswer? Try(ReadOnlySpan<byte> request)
    {
        _connection ??= new RawConnection(address);
        var answer = _connection.Exchange(request);
        if (answer is null or { Closes: true })
        {
            _connection.Dispose();
            _connection = null;
        }
        return answer;
    }
}
