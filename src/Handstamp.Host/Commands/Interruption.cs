using System.Runtime.InteropServices;

namespace Handstamp.Host.Commands;

/// <summary>Handles Ctrl+C and SIGTERM for a command that must clean up.</summary>
sealed class Interruption : IDisposable
{
    readonly CancellationTokenSource _stop;
    readonly PosixSignalRegistration _interrupt;
    readonly PosixSignalRegistration _terminate;

    public Interruption(CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Take);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take);
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
    }

    void Take(PosixSignalContext signal)
    {
        // A second signal ends the process at once.
        signal.Cancel = !_stop.IsCancellationRequested;
        _stop.Cancel();
    }
}
