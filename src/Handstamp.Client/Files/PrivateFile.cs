namespace Handstamp.Client.Files;

/// <summary>
/// A file that only its owner can read (mode 0600) and that is replaced as a whole: a reader finds either the complete
/// old or the complete new content, also after a crash.
/// </summary>
sealed class PrivateFile(string path)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // The pattern of Path.GetRandomFileName: eight characters, a point, three characters.
    const int RandomLength = 12;
    const int RandomPoint = 8;
    const string Unfinished = ".tmp";

    readonly string _folder = Path.GetDirectoryName(path)!;

    public override string ToString() => path;

    /// <summary>Null if there is none.</summary>
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

    /// <summary>
    /// The same for a file that must be this user's own: throws if another user has made it or can read it.
    /// </summary>
    public byte[]? ReadSecret()
    {
        if (OperatingSystem.IsWindows()) return Read();
        if (!File.Exists(path)) return null;
        Ownership.DemandSafe(_folder);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        Ownership.DemandPrivate(file.SafeFileHandle, path);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    public void Replace(byte[] content)
    {
        MakeFolder(_folder);
        var next = WriteBeside(content);
        // A power failure may undo the rename. Then the previous token is back, and the service still accepts it.
        File.Move(next, path, overwrite: true);
        DeleteLeftovers();
    }

    /// <summary>False if the file already exists.</summary>
    public bool TryCreate(byte[] content)
    {
        MakeFolder(_folder);
        if (!OperatingSystem.IsWindows()) Ownership.DemandSafe(_folder);
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
        var name = $"{path}.{Path.GetRandomFileName()}{Unfinished}";
        using var file = new FileStream(name, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
        return name;
    }

    /// <summary>Removes what a killed process has left. If a running process loses its file, it tries again.</summary>
    void DeleteLeftovers()
    {
        foreach (var file in Directory.EnumerateFiles(_folder, "*" + Unfinished))
            if (IsOfThis(file)) File.Delete(file);
    }

    // The name of another store in the folder may begin with the name of this one.
    bool IsOfThis(string unfinished) =>
        unfinished.Length == path.Length + 1 + RandomLength + Unfinished.Length
        && unfinished.StartsWith(path + ".", StringComparison.Ordinal)
        && unfinished.IndexOf('.', path.Length + 1) == path.Length + 1 + RandomPoint;
}
