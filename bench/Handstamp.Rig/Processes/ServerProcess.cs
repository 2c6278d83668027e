using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Handstamp.Rig.Load;
using Handstamp.TestBed;

namespace Handstamp.Rig.Processes;

/// <summary>How a server is started.</summary>
sealed record ServerCommand(string File, IReadOnlyList<string> Arguments)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>A server under load, seen from outside.</summary>
sealed class ServerProcess : IDisposable
{
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    readonly Process _process;
    readonly ConcurrentQueue<string> _lines = new();
    readonly long _started = Stopwatch.GetTimestamp();
    bool _disposed;

    public ServerProcess(ServerCommand command, int port)
    {
        Port = port;
        var start = new ProcessStartInfo(command.File, command.Arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The rig's environment variables are not meant for the servers.
        foreach (var name in start.Environment.Keys.ToList())
            if (name.StartsWith("HANDSTAMP_", StringComparison.Ordinal)) start.Environment.Remove(name);
        foreach (var (name, value) in command.Environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        // The server ends with the rig, however the rig ends.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }

    public TimeSpan Age => Stopwatch.GetElapsedTime(_started);

    public TimeSpan Cpu => CpuClock.Read(_process.Id);

    public double ResidentMegabytes => ReadNumber("status", "VmRSS:") / 1024.0;

    /// <summary>The bytes that the kernel wrote to the disk for the server.</summary>
    public long WrittenBytes => ReadNumber("io", "write_bytes:");

    public static int FreePort() => ServerPort.Find();

    /// <summary>Tries until the server answers; then sends the request and returns its answer.</summary>
    public string FirstAnswer(Message request)
    {
        while (true)
        {
            try
            {
                using var connection = new Connection(Port);
                return connection.Ask(request.ToBytes());
            }
            catch (SocketException)
            {
                if (Age > Timeout) throw Failure("does not answer");
                Pause(TimeSpan.FromMilliseconds(1));
            }
        }
    }

    /// <summary>Lets the server run for the given time; fails if it ends meanwhile.</summary>
    public void Pause(TimeSpan time)
    {
        if (_process.WaitForExit(time)) throw Failure("has ended");
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    InvalidOperationException Failure(string what) => new($"The server {what}:\n{string.Join('\n', _lines)}");

    long ReadNumber(string file, string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/{file}")
            .First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length).Trim(" \tkB"), CultureInfo.InvariantCulture);
    }
}
