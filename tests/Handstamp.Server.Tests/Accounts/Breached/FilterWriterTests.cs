using System.Text;
using Handstamp.Server.Accounts.Breached;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Breached;

public sealed class FilterWriterTests : IDisposable
{
    readonly TempDirectory _here = new();

    string List => _here.File("breached.list");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void Every_password_of_a_list_is_found(int count)
    {
        Assert.Equal(count, TestLists.Write(List, TestLists.MadeUp(count)).Passwords);

        PasswordFilter.Check(List);
        Assert.Equal(count, TestLists.Known(List, TestLists.MadeUp(count)));
    }

    // 15 are expected. The passwords are always the same, and so is the number that is found.
    [Fact]
    [Trait("Kind", "Proof")]
    public void About_one_of_65536_other_passwords_is_found_too()
    {
        TestLists.Write(List, TestLists.MadeUp(100_000));

        Assert.InRange(TestLists.Known(List, TestLists.MadeUp(1_000_000).Select(password => password + "!")), 5, 30);
    }

    [Fact]
    public void A_large_list_has_several_parts_and_each_finds_its_own()
    {
        var made = new FilterWriter(List, _ => { }) { UsualKeys = 1_000 }.Import(TestLists.MadeUp(100_000).Select(TestLists.Hash));

        Assert.Equal((128, 100_000), (made.Parts, made.Passwords));
        Assert.Equal(100_000, TestLists.Known(List, TestLists.MadeUp(100_000)));
        Assert.Equal(0, TestLists.Known(List, TestLists.MadeUp(1_000).Select(password => password + "!")));
    }

    // The hashes with these first bits do not fit into memory, so they go through the temporary file.
    [Fact]
    public void Hashes_that_all_begin_with_the_same_bits_are_found()
    {
        var lines = TestLists.MadeUp(30_000).Select(password => "00000" + TestLists.Hash(password)[5..]).ToList();

        Assert.Equal(30_000, TestLists.WriteLines(List, lines).Passwords);

        using var filter = PasswordFilter.Open(List);
        Assert.All(lines, line => Assert.True(filter.Contains(FilterKey.Of(Convert.FromHexString(line)))));
    }

    [Fact]
    public void Too_many_hashes_that_begin_with_the_same_bits_are_refused()
    {
        var writer = new FilterWriter(List, _ => { }) { MaxKeys = 9 };

        var fault = Assert.Throws<InvalidDataException>(
            () => writer.Import(TestLists.MadeUp(10).Select(password => "00000" + TestLists.Hash(password)[5..])));

        Assert.Equal("The list is too large: more than 9 hashes begin with the same ten bits.", fault.Message);
    }

    [Fact]
    public void The_same_hashes_give_the_same_file_in_any_order_and_case_and_with_any_counts()
    {
        var lines = TestLists.MadeUp(20_000).Select(TestLists.Hash).ToList();
        TestLists.WriteLines(List, lines);
        var other = _here.File("other.list");

        var made = TestLists.WriteLines(
            other, lines.AsEnumerable().Reverse().Select(line => line.ToLowerInvariant() + ":7\r").Append(lines[^1]));

        Assert.Equal((20_001, 20_000), (made.Lines, made.Passwords));
        Assert.Equal(File.ReadAllBytes(List), File.ReadAllBytes(other));
    }

    [Fact]
    public void Passwords_that_were_seen_rarely_can_be_left_out()
    {
        string[] passwords = [.. TestLists.MadeUp(100)];

        var made = TestLists.WriteLines(List, passwords.Select((password, index) => $"{TestLists.Hash(password)}:{index + 1}"), minCount: 91);

        Assert.Equal((100, 10), (made.Lines, made.Passwords));
        Assert.Equal(10, TestLists.Known(List, passwords[90..]));
        Assert.Equal(0, TestLists.Known(List, passwords[..90]));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("password", false)]
    [InlineData("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD", false)]
    [InlineData("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8 ", false)]
    [InlineData("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FDG", false)]
    [InlineData("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:", false)]
    [InlineData("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:-1", false)]
    [InlineData("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:1 ", false)]
    [InlineData("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:99999999999999999999", false)]
    [InlineData("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9223372036854775807", true)]
    [InlineData("\uFEFF5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8", false)]
    public void A_line_that_is_not_a_hash_is_refused_with_its_number_and_without_its_text(string line, bool isFine)
    {
        string[] lines = [TestLists.Hash("first"), line, TestLists.Hash("last")];
        if (isFine)
        {
            Assert.Equal(3, TestLists.WriteLines(List, lines).Passwords);
            return;
        }

        var fault = Assert.Throws<InvalidDataException>(() => TestLists.WriteLines(List, lines));

        Assert.Equal("Line 2 is not a SHA-1 hash: 40 hexadecimal digits, and optionally a colon and a count.", fault.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_here.Path));
    }

    [Fact]
    public void A_line_without_an_end_is_refused()
    {
        var input = new MemoryStream(Encoding.ASCII.GetBytes(TestLists.Hash("first") + "\n" + new string('A', 3 << 20)));

        var fault = Assert.Throws<InvalidDataException>(() => new FilterWriter(List, _ => { }).Write(input, null, CancellationToken.None));

        Assert.StartsWith("Line 2 is not", fault.Message);
    }

    [Fact]
    public void An_empty_list_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => new FilterWriter(List, _ => { }).Write(new MemoryStream(), null, CancellationToken.None));
        Assert.Throws<InvalidDataException>(() => TestLists.WriteLines(List, [TestLists.Hash("rare") + ":1"], minCount: 2));
    }

    [Fact]
    public void A_list_without_counts_is_refused_with_a_minimum_count()
    {
        var fault = Assert.Throws<InvalidDataException>(() => TestLists.WriteLines(List, [TestLists.Hash("first")], minCount: 2));

        Assert.Equal("Line 1 has no count, so --min-count cannot be used with this list.", fault.Message);
    }

    [Fact]
    public void A_list_is_replaced_only_by_a_complete_one()
    {
        TestLists.Write(List, "a violet umbrella");
        Assert.Throws<InvalidDataException>(() => TestLists.WriteLines(List, [TestLists.Hash("a green umbrella"), "nonsense"]));
        using var stop = new CancellationTokenSource();
        // After the first of two parts.
        var interrupted = new FilterWriter(List, _ => stop.Cancel()) { UsualKeys = 1 };
        var input = new MemoryStream(Encoding.ASCII.GetBytes($"{TestLists.Hash("a green umbrella")}\n{TestLists.Hash("a purple umbrella")}"));
        Assert.Throws<OperationCanceledException>(() => interrupted.Write(input, null, stop.Token));
        Assert.Equal([List], Directory.EnumerateFileSystemEntries(_here.Path));
        Assert.Equal((1, 0), (TestLists.Known(List, ["a violet umbrella"]), TestLists.Known(List, ["a green umbrella"])));

        TestLists.Write(List, "a green umbrella");

        Assert.Equal([List], Directory.EnumerateFileSystemEntries(_here.Path));
        Assert.Equal((0, 1), (TestLists.Known(List, ["a violet umbrella"]), TestLists.Known(List, ["a green umbrella"])));
    }

    public void Dispose() => _here.Dispose();
}
