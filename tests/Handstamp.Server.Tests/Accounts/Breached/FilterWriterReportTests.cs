using Handstamp.Server.Accounts.Breached;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Breached;

/// <summary>How a list is divided, and what an import says about it.</summary>
public sealed class FilterWriterReportTests : IDisposable
{
    readonly TempDirectory _here = new();
    readonly List<string> _reports = [];

    string List => _here.File("breached.list");

    [Fact]
    public void A_list_of_one_part_is_made_without_a_word()
    {
        var made = Writer().Import([Hash(0), Hash(0x400), Hash(0x400) + ":3"]);

        Assert.Equal(new ImportedPasswords(Lines: 3, Passwords: 2, Parts: 1, Bytes: new FileInfo(List).Length), made);
        Assert.Empty(_reports);
        using var filter = PasswordFilter.Open(List);
        Assert.Equal(2, filter.Count);
    }

    [Fact]
    public void Each_part_of_several_is_reported()
    {
        var made = Writer(usualKeys: 2).Import([Hash(0), Hash(1), Hash(0xffe), Hash(0xfff)]);

        Assert.Equal(new ImportedPasswords(Lines: 4, Passwords: 4, Parts: 2, Bytes: new FileInfo(List).Length), made);
        Assert.Equal(["Made part 1 of 2.", "Made part 2 of 2."], _reports);
        PasswordFilter.Check(List);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 2)]
    [InlineData(2, 2)]
    [InlineData(1, 1024)]
    public void A_list_has_the_fewest_parts_of_which_none_is_larger_than_usual(int usualKeys, int parts) =>
        Assert.Equal(parts, Writer(usualKeys).Import([Hash(0), Hash(1), Hash(0xffe), Hash(0xfff)]).Parts);

    [Fact]
    public void Parts_that_cannot_be_divided_any_more_may_be_as_large_as_the_limit()
    {
        var lines = TestLists.MadeUp(1_000).Select(password => "000" + TestLists.Hash(password)[3..]).ToList();
        var made = new FilterWriter(List, _reports.Add) { UsualKeys = 1, MaxKeys = 1_000 }.Import(lines);

        Assert.Equal((1024, 1_000), (made.Parts, made.Passwords));
        var fault = Assert.Throws<InvalidDataException>(() => new FilterWriter(List, _reports.Add) { MaxKeys = 999 }.Import(lines));
        Assert.Equal("The list is too large: more than 999 hashes begin with the same ten bits.", fault.Message);
    }

    [Fact]
    public void A_large_number_has_commas_in_every_country()
    {
        var lines = TestLists.MadeUp(1_001).Select(password => "000" + TestLists.Hash(password)[3..]);

        var fault = Assert.Throws<InvalidDataException>(() => new FilterWriter(List, _reports.Add) { MaxKeys = 1_000 }.Import(lines));

        Assert.Equal("The list is too large: more than 1,000 hashes begin with the same ten bits.", fault.Message);
    }

    [Fact]
    public void An_empty_list_is_refused_in_a_sentence()
    {
        Assert.Equal(
            "The list has no hash, or none that was seen often enough.", Assert.Throws<InvalidDataException>(() => Writer().Import([])).Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_here.Path));
    }

    FilterWriter Writer(int usualKeys = 1 << 22) => new(List, _reports.Add) { UsualKeys = usualKeys };

    /// <summary>A hash with these first twelve bits.</summary>
    static string Hash(int beginning) => $"{beginning:X3}{new string('5', 37)}";

    public void Dispose() => _here.Dispose();
}
