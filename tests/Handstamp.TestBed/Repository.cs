namespace Handstamp.TestBed;

/// <summary>The files of the repository in which the tests run. The suites that start no executable link this file.</summary>
public static class Repository
{
    static readonly string Root = FindRoot();

    public static string PathOf(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Has(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>The files under a folder, as paths from the root.</summary>
    public static IEnumerable<string> Files(string folder, string pattern, SearchOption depth = SearchOption.AllDirectories) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, depth).Select(file => Path.GetRelativePath(Root, file)).Order();

    static string FindRoot()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
            if (File.Exists(Path.Combine(directory, "Handstamp.slnx"))) return directory;
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
