using Handstamp.Packages;
using Handstamp.TestBed;

[assembly: AssemblyFixture(typeof(ReleasedFiles))]

namespace Handstamp.Packages;

/// <summary>What eng/release makes from the executable that is tested, and the package of a later version.</summary>
public sealed class ReleasedFiles : IAsyncLifetime
{
    readonly TempDirectory _directory = new();

    public string Package { get; private set; } = "";

    public string LaterPackage => _directory.File("handstamp_99.0.0.deb");

    public string Image { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var made = (await DebianMachine.SucceedsAsync(Repository.PathOf("eng/release"), HandstampExecutable.Path)).Trim().Split('\n');
        (Package, Image) = (made[0], made[1]);
        var contents = _directory.File("contents");
        await DebianMachine.SucceedsAsync("dpkg-deb", "-R", Package, contents);
        await DebianMachine.SucceedsAsync("sed", "-i", "s/^Version: .*/Version: 99.0.0/", $"{contents}/DEBIAN/control");
        await DebianMachine.SucceedsAsync("dpkg-deb", "-b", contents, LaterPackage);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
