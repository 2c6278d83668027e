using Handstamp.Server.Storage;

namespace Handstamp.Server.Keys;

/// <summary>
/// <c>master.key</c> in the data directory; and beside it, while the master key is changed, its successor. The ring is
/// encrypted under one of the two at every moment, and the one that decrypts it is the right one.
/// </summary>
sealed class MasterKeyFile(string path)
{
    public const UnixFileMode OfEverybody = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | OfEverybody;

    public static MasterKeyFile In(StorageOptions storage) => new(System.IO.Path.Combine(storage.DataDirectory, "master.key"));

    public string Path => path;

    string Next => path + ".new";

    public bool Exists => File.Exists(path) || File.Exists(Next);

    /// <summary>The key that decrypts the ring. A change that was interrupted after its write is completed.</summary>
    public MasterKey Read(StoredKeys ring)
    {
        if (File.Exists(Next) && !Opens(path, ring) && Opens(Next, ring)) Adopt();
        return MasterKeySource.Read(path);
    }

    /// <summary>The first key.</summary>
    public MasterKey Make()
    {
        var key = MasterKey.Create();
        Write(path, key);
        return key;
    }

    /// <summary>
    /// Makes the next key. If there already is one, it belongs to a change that was interrupted or is running: the ring
    /// may be encrypted under it, so it is used.
    /// </summary>
    public MasterKey MakeNext(MasterKey? given)
    {
        var next = given ?? MasterKey.Create();
        if (!File.Exists(Next)) Write(Next, next);
        else next = MasterKeySource.Read(Next);
        return given is null || next.Equals(given) ? next : throw new StorageStartException(
            $"{Next} holds a different key: an earlier change of the master key was interrupted. Run `handstamp keys rewrap` without "
            + "--new-key to complete that change. Then change the key again.");
    }

    /// <summary>The ring is now encrypted under the next key, and stays so.</summary>
    public void Adopt()
    {
        try
        {
            File.Move(Next, path, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // A service that started in the meantime has already done it.
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            throw new StorageStartException(
                $"The key ring is now encrypted under the key in {Next}, but that file cannot replace {path}: {fault.Message} "
                + "Rename the file yourself, and keep it.", fault);
        }
    }

    /// <summary>
    /// Makes the file unreadable for others. Returns its former mode, or null if no other user could read it, or if it is a link.
    /// Throws if it is no master key.
    /// </summary>
    public UnixFileMode? Close()
    {
        // The service's user could lead a command of root to any file of the machine. A mounted secret has its mode from the mount.
        if (OperatingSystem.IsWindows() || new FileInfo(path).LinkTarget is not null || OpenMode(path) is not { } mode) return null;
        try
        {
            // The file that was read is the one whose mode changes, whatever is at the path by then.
            using var file = SmallFile.Open(path);
            MasterKeySource.Parse(SmallFile.Read(file, path), path).Dispose();
            File.SetUnixFileMode(((FileStream)file.BaseStream).SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return mode;
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            throw new StorageStartException(
                $"Other users of this machine can read the master key file {path}, and this user cannot change that: "
                + $"{fault.Message} Set its mode to 0600, and its owner to the user that runs the service.", fault);
        }
    }

    /// <summary>The mode of a file if users other than its owner have access; otherwise null.</summary>
    public static UnixFileMode? OpenMode(string file)
    {
        if (OperatingSystem.IsWindows() || !System.IO.Path.Exists(file)) return null;
        // A mounted secret is a link to another link.
        var target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
        if (!System.IO.Path.Exists(target)) return null;
        var mode = File.GetUnixFileMode(target);
        return (mode & OfOthers) == 0 ? null : mode;
    }

    static bool Opens(string file, StoredKeys ring)
    {
        if (!File.Exists(file)) return false;
        using var key = MasterKeySource.Read(file);
        return KeyRing.Opens(ring, key);
    }

    static void Write(string file, MasterKey key)
    {
        try
        {
            OwnFile.Create(file, key.Reveal() + "\n");
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            throw new StorageStartException($"Cannot create the master key file {file}: {fault.Message}", fault);
        }
    }
}
