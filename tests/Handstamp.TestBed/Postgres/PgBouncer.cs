using System.Diagnostics;

namespace Handstamp.TestBed.Postgres;

/// <summary>The real PgBouncer in front of a server of the tests.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    const string Ready = "process up";

    readonly TempDirectory _directory = new();
    Process? _process;

    PgBouncer()
    {
    }

    public int Port { get; } = ServerPort.Find();

    /// <param name="server">The server that it connects to.</param>
    /// <param name="mode">The <c>pool_mode</c>: session, transaction or statement.</param>
    public static async Task<PgBouncer> StartAsync(PostgresServer server, string mode)
    {
        var bouncer = new PgBouncer();
        var users = bouncer._directory.Write("users", "\"postgres\" \"\"\n");
        var settings = bouncer._directory.Write("settings", $"""
            [databases]
            * = host=127.0.0.1 port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {bouncer.Port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {users}
            pool_mode = {mode}
            """);
        await PostgresProgram.OwnAsync(bouncer._directory.Path);
        await PostgresProgram.OwnAsync(users);
        await PostgresProgram.OwnAsync(settings);
        await bouncer.RunAsync(settings);
        return bouncer;
    }

    public async ValueTask DisposeAsync()
    {
        _process!.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }

    Task RunAsync(string settings)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // At SIGINT, it would wait for its clients.
        _process = PostgresProgram.Start("/usr/sbin/pgbouncer", [settings], "TERM");
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) ready.TrySetException(new InvalidOperationException("PgBouncer ended before it was ready."));
            else if (line.Data.Contains(Ready, StringComparison.Ordinal)) ready.TrySetResult();
        };
        _process.BeginErrorReadLine();
        return ready.Task.WaitAsync(Eventually.Timeout);
    }
}
