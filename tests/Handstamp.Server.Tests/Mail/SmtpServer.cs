using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Handstamp.Server.Tests.Mail;

/// <summary>A mail that a server has accepted.</summary>
sealed record ReceivedMail(string From, IReadOnlyList<string> To, bool Tls, string? User, string Content)
{
    public string MessageId => Regex.Match(Content, "^Message-Id: <(.+)>", RegexOptions.Multiline).Groups[1].Value;
}

/// <summary>A real mail server in a separate process: <c>smtp.py</c> beside this file, run by Debian's Python.</summary>
sealed class SmtpServer : IDisposable
{
    readonly Process _process;

    SmtpServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public Dictionary<string, string?> Settings => SettingsFor(Port);

    public ConcurrentQueue<ReceivedMail> Received { get; } = [];

    public static async Task<SmtpServer> StartAsync(int port, params string[] options)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Mail", "smtp.py"), $"port={port}", .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var server = new SmtpServer(Process.Start(start)!, port);
        Assert.Equal("ready", await server._process.StandardOutput.ReadLineAsync());
        _ = server.ReadAsync();
        return server;
    }

    public static Dictionary<string, string?> SettingsFor(int port) => new()
    {
        ["Mail:Server"] = $"smtp://127.0.0.1:{port}",
        ["Mail:From"] = "Example <login@example.com>",
    };

    /// <summary>A port on which nothing listens now.</summary>
    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    async Task ReadAsync()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            Received.Enqueue(JsonSerializer.Deserialize<ReceivedMail>(line, options)!);
    }
}
