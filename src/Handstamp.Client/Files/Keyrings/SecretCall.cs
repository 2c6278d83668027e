namespace Handstamp.Client.Files.Keyrings;

/// <summary>A call of the Secret Service, with a time limit.</summary>
sealed class SecretCall : IDisposable
{
    readonly nint _loop = LibSecret.NewLoop();
    readonly CancellationTokenSource _timeout;
    readonly CancellationTokenRegistration _end;

    /// <summary>Where libsecret reports what went wrong.</summary>
    public nint Error;

    public SecretCall(TimeSpan timeout)
    {
        // GLib cleans up in a loop, and a .NET program runs none. So each call has a separate loop.
        LibSecret.Enter(_loop);
        _timeout = new CancellationTokenSource(timeout);
        _end = _timeout.Token.Register(() => LibSecret.Cancel(Cancellable));
    }

    public nint Cancellable { get; } = LibSecret.NewCancellable();

    /// <summary>Otherwise the next call would show the user a dialog and wait for it.</summary>
    public void RequireUnlocked()
    {
        // The service may have been restarted since. libsecret notices that only in a program with GLib's main loop.
        LibSecret.Disconnect();
        var service = LibSecret.GetService(0, Cancellable, ref Error);
        ThrowIfFailed();
        var collection = LibSecret.GetCollection(service, LibSecret.DefaultCollection, 0, Cancellable, ref Error);
        var unlocked = collection != 0 && LibSecret.IsLocked(collection) == 0;
        if (collection != 0) LibSecret.Unref(collection);
        LibSecret.Unref(service);
        ThrowIfFailed();
        if (!unlocked) throw new KeyringException(FileProtection.SecretService, "it is locked or does not exist.");
    }

    public void ThrowIfFailed()
    {
        if (Error == 0) return;
        var reason = _timeout.IsCancellationRequested ? "it does not answer" : LibSecret.MessageOf(Error);
        throw new KeyringException(FileProtection.SecretService, $"{reason}.");
    }

    public void Dispose()
    {
        _end.Dispose();
        _timeout.Dispose();
        LibSecret.Unref(Cancellable);
        while (LibSecret.Iterate(_loop, 0) != 0)
        {
        }
        LibSecret.Leave(_loop);
        LibSecret.UnrefLoop(_loop);
        if (Error != 0) LibSecret.FreeError(Error);
    }
}
