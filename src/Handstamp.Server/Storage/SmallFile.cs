using System.Text;

namespace Handstamp.Server.Storage;

/// <summary>A file that a person writes: settings, a key. What is much larger, or has no end, was named by mistake.</summary>
static class SmallFile
{
    const int MaxLength = 1 << 20;
    const int BlockLength = 1024;

    /// <summary>Throws <see cref="IOException"/> if the file is too large for what it is.</summary>
    public static string Read(string path)
    {
        using var reader = Open(path);
        return Read(reader, path);
    }

    public static string Read(TextReader reader, string name)
    {
        var text = new StringBuilder();
        Span<char> block = stackalloc char[BlockLength];
        while (reader.Read(block) is > 0 and var length)
        {
            if (text.Length + length > MaxLength) throw new IOException($"{name} is longer than {MaxLength} characters.");
            text.Append(block[..length]);
        }
        return text.ToString();
    }

    public static StreamReader Open(string path) => Directory.Exists(path)
        ? throw new IOException($"{path} is a directory.")
        : File.OpenText(path);
}
