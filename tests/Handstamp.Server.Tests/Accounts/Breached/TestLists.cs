using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Accounts.Breached;

namespace Handstamp.Server.Tests.Accounts.Breached;

/// <summary>Lists of made-up passwords.</summary>
static class TestLists
{
    /// <summary>The form of a list: 40 hexadecimal digits.</summary>
#pragma warning disable CA5350 // The published lists have SHA-1.
    public static string Hash(string password) => Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350

    public static IEnumerable<string> MadeUp(int count) => Enumerable.Range(0, count).Select(number => $"made up {number}");

    public static ImportedPasswords Write(string file, params IEnumerable<string> passwords) =>
        WriteLines(file, passwords.Select(Hash));

    public static ImportedPasswords WriteLines(string file, IEnumerable<string> lines, long? minCount = null) =>
        Import(new FilterWriter(file, _ => { }), lines, minCount);

    public static ImportedPasswords Import(this FilterWriter writer, IEnumerable<string> lines, long? minCount = null) =>
        writer.Write(new MemoryStream(Encoding.ASCII.GetBytes(string.Join('\n', lines))), minCount, CancellationToken.None);

    /// <summary>How many of these passwords the list knows.</summary>
    public static int Known(string file, IEnumerable<string> passwords)
    {
        using var filter = PasswordFilter.Open(file);
        return passwords.Count(filter.Contains);
    }
}
