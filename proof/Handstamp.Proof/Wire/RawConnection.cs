using System.Net;
using System.Net.Sockets;

namespace Handstamp.Proof.Wire;

/// <summary>
/// A connection that sends bytes as they are, right or wrong. It blocks, so that measurements include nothing of a
/// thread pool.
/// </summary>
sealed class RawConnection : IDisposable
{
    // How long the service may take, which is far more than it needs on a busy machine.
    const int TimeoutMilliseconds = 30_000;

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] _buffer = new byte[64 * 1024];

    public RawConnection(Uri address)
    {
        _socket.ReceiveTimeout = _socket.SendTimeout = TimeoutMilliseconds;
        _socket.Connect(IPAddress.Loopback, address.Port);
    }

    /// <summary>The answer; null when the service closed the connection instead.</summary>
    public RawAnswer? Exchange(ReadOnlySpan<byte> request)
    {
        if (!TrySend(request)) return null;
        for (var length = 0; Receive(length) is > 0 and var received;)
        {
            length += received;
            if (RawAnswer.Read(_buffer.AsSpan(0, length), out _) is { } answer) return answer;
        }
        return null;
    }

    /// <summary>
    /// All answers until the service closes the connection. If it waits for more after <paramref name="quiet"/>, the
    /// client leaves.
    /// </summary>
    public IReadOnlyList<RawAnswer> ExchangeAll(ReadOnlySpan<byte> bytes, TimeSpan quiet)
    {
        // Bytes that can no longer be sent have been answered already.
        TrySend(bytes);
        var length = 0;
        while (_socket.Poll(quiet, SelectMode.SelectRead) && Receive(length) is > 0 and var received) length += received;
        HangUp();
        while (Receive(length) is > 0 and var received) length += received;
        return Split(_buffer.AsSpan(0, length));
    }

    public void Dispose() => _socket.Dispose();

    static List<RawAnswer> Split(ReadOnlySpan<byte> received)
    {
        var answers = new List<RawAnswer>();
        while (RawAnswer.Read(received, out var length) is { } answer)
        {
            answers.Add(answer);
            received = received[length..];
        }
        return answers;
    }

    bool TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[_socket.Send(bytes)..];
            return true;
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return false;
        }
    }

    int Receive(int at)
    {
        try
        {
            return _socket.Receive(_buffer.AsSpan(at));
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    void HangUp()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The service closed the connection first.
        }
    }
}
