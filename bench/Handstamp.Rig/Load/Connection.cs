using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Handstamp.Rig.Load;

/// <summary>A keep-alive connection that never waits by itself.</summary>
sealed class Connection : IDisposable
{
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] _received = new byte[128 * 1024];
    int _length;

    /// <param name="port">The port of the server.</param>
    /// <param name="caller">
    /// The caller's number. Each caller has its own address, because attempts are counted by address.
    /// </param>
    public Connection(int port, int caller = 0)
    {
        _socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(caller + 1)]), 0));
        _socket.Connect(IPAddress.Loopback, port);
        _socket.Blocking = false;
    }

    public int Handle => (int)_socket.Handle;

    public void Send(ReadOnlySpan<byte> request)
    {
        _length = 0;
        if (_socket.Send(request) != request.Length) throw new InvalidOperationException("A request was sent in part.");
    }

    /// <summary>Reads the bytes that have arrived; true when they complete an answer.</summary>
    public bool TryReceive(out int status, out ReadOnlySpan<byte> body)
    {
        status = 0;
        body = default;
        var count = _socket.Receive(_received.AsSpan(_length), SocketFlags.None, out var fault);
        if (fault == SocketError.WouldBlock) return false;
        if (fault != SocketError.Success) throw new SocketException((int)fault);
        if (count == 0) throw new InvalidOperationException("The server closed the connection.");

        _length += count;
        if (!HttpAnswer.TryRead(_received.AsSpan(0, _length), out status, out var range)) return false;
        body = _received.AsSpan(range);
        return true;
    }

    /// <summary>Sends and waits, for requests that are not measured.</summary>
    public string Ask(ReadOnlySpan<byte> request)
    {
        Send(request);
        while (true)
        {
            if (!_socket.Poll(Timeout, SelectMode.SelectRead)) throw new InvalidOperationException("No answer came.");
            if (!TryReceive(out var status, out var body)) continue;
            var text = Encoding.UTF8.GetString(body);
            return status is >= 200 and < 300 ? text : throw new UnexpectedAnswerException(status, text);
        }
    }

    public void Dispose() => _socket.Dispose();
}
