namespace Handstamp.Client.Files;

/// <summary>
/// A file for its owner's eyes (mode 0600) that is replaced as a whole: whoever reads it finds all of the old or all of
/// the new content, also after a crash.
/// </summary>
sealed class PrivateFile(string path)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly string _folder = Path.GetDirectoryName(path)!;

    public override string ToString() => path;

    /// <summary>Null when there is none.</summary>
    public byte[]? Read()
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Replace(byte[] content)
    {
        MakeFolder(_folder);
        var next = WriteBeside(content);
        // The rename itself may be lost with the power. Then the token before is back, and still gets another one.
        File.Move(next, path, overwrite: true);
        DeleteLeftovers();
    }

    /// <summary>False when there is one already.</summary>
    public bool TryCreate(byte[] content)
    {
        MakeFolder(_folder);
        var next = WriteBeside(content);
        try
        {
            File.Move(next, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(next);
            return false;
        }
    }

    public void Delete()
    {
        if (Directory.Exists(_folder)) File.Delete(path);
    }

    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    string WriteBeside(byte[] content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        var name = $"{path}.{Path.GetRandomFileName()}.tmp";
        using var file = new FileStream(name, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
        return name;
    }

    /// <summary>What a process that was killed has left. A living one whose file goes away tries again.</summary>
    void DeleteLeftovers()
    {
        foreach (var leftover in Directory.EnumerateFiles(_folder, Path.GetFileName(path) + ".*.tmp"))
            File.Delete(leftover);
    }
}
