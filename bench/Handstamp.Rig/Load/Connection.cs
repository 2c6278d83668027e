using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Handstamp.Rig.Load;

/// <summary>A keep-alive connection that never waits by itself.</summary>
sealed class Connection : IDisposable
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] _received = new byte[128 * 1024];
    int _length;

    public Connection(int port)
    {
        _socket.Connect(IPAddress.Loopback, port);
        _socket.Blocking = false;
    }

    public int Handle => (int)_socket.Handle;

    public void Send(ReadOnlySpan<byte> request)
    {
        _length = 0;
        if (_socket.Send(request) != request.Length) throw new InvalidOperationException("A request was sent in part.");
    }

    /// <summary>Takes what has come; true when that completes an answer.</summary>
    public bool TryReceive(out int status, out ReadOnlySpan<byte> body)
    {
        (status, body) = (0, default);
        var count = _socket.Receive(_received.AsSpan(_length), SocketFlags.None, out var fault);
        if (fault == SocketError.WouldBlock) return false;
        if (fault != SocketError.Success) throw new SocketException((int)fault);
        if (count == 0) throw new InvalidOperationException($"The server closed the connection. {Encoding.UTF8.GetString(_received, 0, _length)}");

        _length += count;
        if (!HttpAnswer.TryRead(_received.AsSpan(0, _length), out status, out var range)) return false;
        body = _received.AsSpan(range);
        return true;
    }

    /// <summary>Sends and waits: for what is not measured.</summary>
    public string Ask(ReadOnlySpan<byte> request, int expected = 200)
    {
        Send(request);
        while (true)
        {
            _socket.Poll(-1, SelectMode.SelectRead);
            if (!TryReceive(out var status, out var body)) continue;
            var text = Encoding.UTF8.GetString(body);
            return status == expected ? text : throw new UnexpectedAnswerException(status, text);
        }
    }

    public void Dispose() => _socket.Dispose();
}
