using Handstamp.Packages;
using Handstamp.TestBed;

[assembly: AssemblyFixture(typeof(DebianPackage))]

namespace Handstamp.Packages;

/// <summary>The package of the executable that is tested, and that of a later version.</summary>
public sealed class DebianPackage : IAsyncLifetime
{
    readonly TempDirectory _directory = new();

    public string File { get; private set; } = "";

    public string Later => _directory.File("handstamp_99.0.0.deb");

    public async ValueTask InitializeAsync()
    {
        File = (await DebianMachine.SucceedsAsync(Repository.PathOf("eng/release"), HandstampExecutable.Path)).Trim();
        var contents = _directory.File("contents");
        await DebianMachine.SucceedsAsync("dpkg-deb", "-R", File, contents);
        await DebianMachine.SucceedsAsync("sed", "-i", "s/^Version: .*/Version: 99.0.0/", $"{contents}/DEBIAN/control");
        await DebianMachine.SucceedsAsync("dpkg-deb", "-b", contents, Later);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
