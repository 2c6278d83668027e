using System.Text;

namespace Handstamp.Server.Accounts;

/// <summary>The most common passwords, as one sorted block of lines that is searched without copying.</summary>
static class CommonPasswords
{
    const int MaxLength = 32;

    static readonly Lazy<byte[]> List = new(Load);

    public static bool Contains(string password)
    {
        if (password.Length > MaxLength || !Ascii.IsValid(password)) return false;
        Span<byte> wanted = stackalloc byte[MaxLength];
        Ascii.ToLower(password, wanted, out var length);
        return Contains(List.Value, wanted[..length]);
    }

    static bool Contains(ReadOnlySpan<byte> lines, ReadOnlySpan<byte> wanted)
    {
        while (!lines.IsEmpty)
        {
            var start = lines[..(lines.Length / 2)].LastIndexOf((byte)'\n') + 1;
            var end = start + lines[start..].IndexOf((byte)'\n');
            var order = wanted.SequenceCompareTo(lines[start..end]);
            if (order == 0) return true;
            lines = order < 0 ? lines[..start] : lines[(end + 1)..];
        }
        return false;
    }

    static byte[] Load()
    {
        using var resource = typeof(CommonPasswords).Assembly.GetManifestResourceStream("CommonPasswords.txt")!;
        var file = new byte[resource.Length];
        resource.ReadExactly(file);
        // The licence comes first, then an empty line.
        return file[(file.AsSpan().IndexOf("\n\n"u8) + 2)..];
    }
}
