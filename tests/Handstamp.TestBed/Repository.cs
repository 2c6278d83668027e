namespace Handstamp.TestBed;

/// <summary>The files of the repository that the tests run in. The suites that start no executable link this file.</summary>
public static class Repository
{
    static readonly string s_root = FindRoot();

    public static string PathOf(string path) => Path.Combine(s_root, path);

    public static string Read(string path) => File.ReadAllText(Path.Combine(s_root, path));

    public static bool Has(string path) => Path.Exists(Path.Combine(s_root, path));

    /// <summary>The files under a folder, as paths from the root.</summary>
    public static IEnumerable<string> Files(string folder, string pattern, SearchOption depth = SearchOption.AllDirectories) =>
        Directory.EnumerateFiles(Path.Combine(s_root, folder), pattern, depth).Select(file => Path.GetRelativePath(s_root, file)).Order();

    static string FindRoot()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
            if (File.Exists(Path.Combine(directory, "Handstamp.slnx"))) return directory;
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
