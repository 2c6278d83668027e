namespace Handstamp.Proof.Wire;

/// <summary>Sends one request after another over a connection that is kept as long as the service keeps it.</summary>
sealed class RawClient(Uri address) : IDisposable
{
    RawConnection? _connection;

    /// <summary>The answer to a request with correct framing.</summary>
    // Send it once more if the service closed the connection instead, as it does after an answer that left a body unread.
    public RawAnswer Exchange(ReadOnlySpan<byte> request) =>
        Try(request) ?? Try(request) ?? throw new InvalidDataException("a request with correct framing is not answered");

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
