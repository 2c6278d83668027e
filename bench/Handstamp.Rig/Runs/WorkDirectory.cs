namespace Handstamp.Rig.Runs;

/// <summary>A directory for one server's data, on the repository's disk: on other disks, an fsync may cost nothing.</summary>
sealed class WorkDirectory : IDisposable
{
    public WorkDirectory(string root)
    {
        Path = System.IO.Path.Combine(root, "artifacts/rig", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
