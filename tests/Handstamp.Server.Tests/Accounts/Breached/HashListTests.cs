using System.Text;
using Handstamp.Server.Accounts.Breached;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Breached;

public sealed class HashListTests
{
    const string One = "0102030405060708AAAAAAAAAAAAAAAAAAAAAAAA";
    const string Two = "1112131415161718aaaaaaaaaaaaaaaaaaaaaaaa";

    readonly List<ulong> _taken = [];
    readonly List<string> _reports = [];

    [Theory]
    [InlineData(One + "\n" + Two)]
    [InlineData(One + "\n" + Two + "\n")]
    [InlineData(One + "\r\n" + Two + "\r\n")]
    [InlineData("\uFEFF" + One + ":0\n" + Two + ":1\r")]
    public void The_first_eight_bytes_of_each_hash_are_taken_however_the_text_arrives(string text)
    {
        foreach (var atOnce in (int[])[1, 2, 7, 41, 1_000])
        {
            _taken.Clear();

            Assert.Equal(2, Read(text, atOnce: atOnce).Lines);

            Assert.Equal((ulong[])[0x0102030405060708, 0x1112131415161718], _taken);
            Assert.Empty(_reports);
        }
    }

    [Theory]
    [InlineData(4L, 2)]
    [InlineData(5L, 2)]
    [InlineData(6L, 1)]
    [InlineData(7L, 0)]
    public void A_hash_that_was_seen_as_often_as_the_minimum_is_taken(long minCount, int taken)
    {
        Assert.Equal(2, Read($"{One}:5\n{Two}:6", minCount).Lines);

        Assert.Equal(taken, _taken.Count);
    }

    [Theory]
    [InlineData(One + ":1\n" + Two, "Line 2 has no count, so --min-count cannot be used with this list.")]
    [InlineData(One + ":1\n" + Two + ";2", "Line 2 is not a SHA-1 hash: 40 hexadecimal digits, and optionally a colon and a count.")]
    [InlineData(One + ":1\n\n", "Line 2 is not a SHA-1 hash: 40 hexadecimal digits, and optionally a colon and a count.")]
    [InlineData(One + ":-1\n", "Line 1 is not a SHA-1 hash: 40 hexadecimal digits, and optionally a colon and a count.")]
    public void The_first_line_that_is_none_is_named(string text, string fault) =>
        Assert.Equal(fault, Assert.Throws<InvalidDataException>(() => Read(text, minCount: 1)).Message);

    [Fact]
    public void A_line_that_fills_the_memory_is_none_although_its_zeros_are_a_count()
    {
        var text = One + ":" + new string('0', 1 << 21);

        var fault = Assert.Throws<InvalidDataException>(() => Read(text, atOnce: int.MaxValue));

        Assert.StartsWith("Line 1 is not a SHA-1 hash", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_taken);
    }

    [Fact]
    public void Nothing_is_read_after_the_end_was_wished()
    {
        using var input = new Slow([], 1);

        Assert.Throws<OperationCanceledException>(() => new HashList(input, null, _reports.Add).Read(_taken.Add, new CancellationToken(canceled: true)));

        Assert.Equal(0, input.Reads);
    }

    [Fact]
    [Trait("Kind", "Proof")]
    public void Ten_million_lines_are_reported()
    {
        // 400 lines again and again, so that a read ends with a line.
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(One + "\n", 400)));
        using var input = new Slow(text, text.Length, times: 25_000);
        var list = new HashList(input, null, _reports.Add);

        list.Read(_ => { }, default);

        Assert.Equal(10_000_000, list.Lines);
        Assert.Equal(["Read 10,000,000 lines."], _reports);
    }

    HashList Read(string text, long? minCount = null, int atOnce = 1_000)
    {
        using var input = new Slow(Encoding.UTF8.GetBytes(text), atOnce);
        var list = new HashList(input, minCount, _reports.Add);
        list.Read(_taken.Add, default);
        return list;
    }

    /// <summary>Gives a few bytes at a time, as a pipe does.</summary>
    sealed class Slow(byte[] bytes, int atOnce, int times = 1) : MemoryStream(bytes)
    {
        int _times = times;

        public int Reads { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Reads++;
            if (Position == Length && --_times > 0) Position = 0;
            return base.Read(buffer, offset, Math.Min(count, atOnce));
        }
    }
}
