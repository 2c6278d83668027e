using Handstamp.Client.Tests;
using Handstamp.TestBed;

[assembly: AssemblyFixture(typeof(RunningService))]

namespace Handstamp.Client.Tests;

/// <summary>The real service, as one process for all tests.</summary>
public sealed class RunningService : IAsyncLifetime
{
    readonly TempDirectory _data = new();
    ListeningProcess _process = null!;

    public Uri Address => _process.Address;

    public async ValueTask InitializeAsync() => _process = await HandstampProcess.StartAsync(
        _data.Path, "--Accounts:Throttle:RegistrationFree=10000", "--Accounts:Hashing:MemoryKiB=7168",
        "--Accounts:Hashing:Passes=5", "--Logging:Level=Warning");

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _data.Dispose();
    }
}
