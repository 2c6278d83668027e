using System.Text;
using Handstamp.Server.Accounts.Breached;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Breached;

/// <summary>Which hashes are in which part of a list, and that no part of one is left that was interrupted.</summary>
public sealed class FilterWriterPartsTests : IDisposable
{
    // The four quarters have three, two, one and three of them, and the sixth of the eight eighths has none.
    static readonly string[] Lines =
        [Hash(0xfff), Hash(0x3ff), Hash(0x000), Hash(0x7ff), Hash(0xc00), Hash(0x400), Hash(0x001), Hash(0xffe), Hash(0x800)];

    static readonly int[] InQuarters = [3, 2, 1, 3];

    readonly TempDirectory _here = new();
    readonly List<string> _reports = [];

    string List => _here.File("breached.list");

    [Theory]
    [InlineData(9, 1)]
    [InlineData(8, 2)]
    [InlineData(5, 2)]
    [InlineData(4, 4)]
    [InlineData(3, 4)]
    [InlineData(2, 8)]
    [InlineData(1, 1024)]
    public void Each_hash_is_found_in_the_part_of_its_first_bits(int usualKeys, int parts)
    {
        var made = new FilterWriter(List, _reports.Add) { UsualKeys = usualKeys }.Import(Lines);

        Assert.Equal((parts, 9), (made.Parts, made.Passwords));
        using var filter = PasswordFilter.Open(List);
        Assert.All(Lines, line => Assert.True(filter.Contains(FilterKey.Of(Convert.FromHexString(line))), line));
    }

    [Fact]
    public void The_table_says_where_each_part_is_and_how_large_it_is()
    {
        new FilterWriter(List, _reports.Add) { UsualKeys = 3 }.Import(Lines);

        var bytes = File.ReadAllBytes(List);
        Assert.Equal(new FilterHeader(PartBits: 2, Count: 9, FileLength: bytes.Length), FilterHeader.Read(bytes));
        long offset = FilterHeader.Length + (4 * FilterPart.Length);
        for (var part = 0; part < 4; part++)
        {
            var row = FilterPart.Read(bytes.AsSpan(FilterHeader.Length + (part * FilterPart.Length)));
            Assert.Equal((offset, FuseShape.Of(InQuarters[part])), (row.Offset, row.Shape));
            offset += row.Shape.Length * sizeof(ushort);
        }
        Assert.Equal(bytes.Length, offset);
    }

    [Fact]
    public void A_hash_that_comes_again_after_another_one_is_there_once()
    {
        var made = new FilterWriter(List, _reports.Add).Import([Hash(0x001), Hash(0x000), Hash(0x001) + ":7", Hash(0x000)]);

        Assert.Equal(new ImportedPasswords(Lines: 4, Passwords: 2, Parts: 1, Bytes: new FileInfo(List).Length), made);
    }

    [Fact]
    public void A_list_is_divided_above_four_million_hashes_and_a_part_has_at_most_sixteen_million()
    {
        var writer = new FilterWriter(List, _reports.Add);

        Assert.Equal((4_194_304, 16_777_216), (writer.UsualKeys, writer.MaxKeys));
    }

    [Fact]
    public void Of_a_list_that_is_interrupted_after_its_first_part_nothing_is_left()
    {
        using var stop = new CancellationTokenSource();
        using var input = new MemoryStream(Encoding.ASCII.GetBytes(string.Join('\n', Lines)));
        var writer = new FilterWriter(List, Stop) { UsualKeys = 5 };

        Assert.Throws<OperationCanceledException>(() => writer.Write(input, null, stop.Token));

        Assert.Equal(["Made part 1 of 2."], _reports);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_here.Path));

        void Stop(string report)
        {
            _reports.Add(report);
            stop.Cancel();
        }
    }

    /// <summary>A hash with these first twelve bits.</summary>
    static string Hash(int beginning) => $"{beginning:X3}{new string('5', 37)}";

    public void Dispose() => _here.Dispose();
}
