namespace Handstamp.Server.Storage;

/// <summary>A file that a person writes: settings, a key. What is much larger, or has no end, was named by mistake.</summary>
static class SmallFile
{
    const int MaxLength = 1 << 20;

    /// <summary>Throws <see cref="IOException"/> if the file is too large for what it is.</summary>
    public static string Read(string path)
    {
        using var reader = Open(path);
        return Read(reader, path);
    }

    public static string Read(TextReader reader, string name)
    {
        var text = new char[MaxLength + 1];
        var length = reader.ReadBlock(text);
        return length <= MaxLength ? new string(text, 0, length) : throw new IOException($"{name} is longer than {MaxLength} characters.");
    }

    public static StreamReader Open(string path) => Directory.Exists(path)
        ? throw new IOException($"{path} is a directory.")
        : File.OpenText(path);
}
