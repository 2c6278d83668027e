using System.Runtime.InteropServices;
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
        await DebianMachine.SucceedsAsync(Repository.PathOf("eng/release"), HandstampExecutable.Path);
        var architecture = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? "arm64" : "amd64";
        File = Assert.Single(Directory.GetFiles(Repository.PathOf("artifacts/release"), $"handstamp_*_{architecture}.deb"));
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
