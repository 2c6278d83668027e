namespace Handstamp.Server.Tests.Accounts;

/// <summary>Closed until it is disposed of, so that a test that fails leaves no caller waiting.</summary>
sealed class Gate : IDisposable
{
    readonly TaskCompletionSource _open = new();

    public bool IsOpen => _open.Task.IsCompleted;

    public void Wait() => _open.Task.Wait();

    public void Dispose() => _open.TrySetResult();
}
