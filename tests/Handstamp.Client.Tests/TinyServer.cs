using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Handstamp.Client.Tests;

/// <summary>A server that gives the same answer to each request, and keeps the requests' heads.</summary>
sealed partial class TinyServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentQueue<string> _heads = new();
    readonly byte[] _answer;

    public TinyServer(string status, string header, string body = "")
    {
        _answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\n{header}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    public IReadOnlyCollection<string> Heads => _heads;

    public void Dispose() => _listener.Dispose();

    [GeneratedRegex("(?im)^Content-Length: ([0-9]+)")]
    private static partial Regex Length();

    async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream());
                var head = new StringBuilder();
                for (var line = await reader.ReadLineAsync(); line is { Length: > 0 }; line = await reader.ReadLineAsync()) head.AppendLine(line);
                _heads.Enqueue(head.ToString());
                // What is not read when the connection closes can cost the answer.
                if (Length().Match(head.ToString()) is { Success: true } length)
                    await reader.ReadBlockAsync(new char[int.Parse(length.Groups[1].ValueSpan, CultureInfo.InvariantCulture)]);
                await client.GetStream().WriteAsync(_answer);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
