using Handstamp.Server.Accounts.Breached;
using Handstamp.Server.Storage;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Breached;

/// <summary>The layout of a list, byte by byte, and what is refused of it.</summary>
public sealed class FilterHeaderTests
{
    static readonly FilterHeader Header = new(PartBits: 3, Count: 0x0102030405060708, FileLength: 0x1112131415161718);
    static readonly FuseShape Shape = new(SegmentLength: 8, SegmentCount: 1);

    [Fact]
    public void The_header_has_its_numbers_in_little_endian()
    {
        var bytes = new byte[FilterHeader.Length];
        Header.Write(bytes);

        Assert.Equal(
            "4853425245414348" + "01000000" + "03000000" + "0807060504030201" + "1817161514131211" + new string('0', 64), Convert.ToHexString(bytes));
        Assert.Equal(Header, FilterHeader.Read(bytes));
    }

    [Fact]
    public void A_row_of_the_table_has_its_numbers_in_little_endian()
    {
        var part = new FilterPart(0x0102030405060708, 0x1112131415161718, new(0x21222324, 0x31323334));
        var bytes = new byte[FilterPart.Length];
        part.Write(bytes);

        Assert.Equal("0807060504030201" + "1817161514131211" + "24232221" + "34333231", Convert.ToHexString(bytes));
        Assert.Equal(part, FilterPart.Read(bytes));
    }

    [Theory]
    [InlineData(8, 1, null)]
    [InlineData(12, 0, null)]
    [InlineData(12, 10, null)]
    [InlineData(12, 11, "its header is damaged")]
    [InlineData(15, 0x80, "its header is damaged")]
    [InlineData(8, 0, "its format is version 0, and this executable reads version 1")]
    [InlineData(8, 2, "its format is version 2, and this executable reads version 1")]
    [InlineData(7, 0, "it is not a list made by `handstamp passwords import`")]
    public void A_header_is_refused_with_the_reason(int at, int value, string? reason)
    {
        var bytes = new byte[FilterHeader.Length];
        Header.Write(bytes);
        bytes[at] = (byte)value;

        var fault = Record.Exception(() => { FilterHeader.Read(bytes); });

        Assert.Equal(reason, fault?.Message);
        Assert.True(fault is null or InvalidDataException);
    }

    [Theory]
    [InlineData(0, ulong.MaxValue, 0)]
    [InlineData(1, 0x7fffffffffffffffUL, 0)]
    [InlineData(1, 0x8000000000000000UL, 1)]
    [InlineData(10, 0x003fffffffffffffUL, 0)]
    [InlineData(10, 0x0040000000000000UL, 1)]
    [InlineData(10, ulong.MaxValue, 1_023)]
    public void The_first_bits_of_a_key_say_its_part(int bits, ulong key, int part) =>
        Assert.Equal(part, (Header with { PartBits = bits }).PartOf(key));

    [Theory]
    [InlineData(0, 88)]
    [InlineData(3, 256)]
    [InlineData(10, 24_640)]
    public void The_fingerprints_begin_after_the_table(int bits, int end) => Assert.Equal(end, (Header with { PartBits = bits }).TableEnd);

    // The fingerprints of this shape have 48 bytes: three segments of eight, of two bytes each.
    [Theory]
    [InlineData(87, false)]
    [InlineData(88, true)]
    [InlineData(152, true)]
    [InlineData(153, false)]
    [InlineData(-1, false)]
    public void A_part_is_between_the_table_and_the_end_of_the_file(long offset, bool isIn)
    {
        var header = new FilterHeader(PartBits: 0, Count: 1, FileLength: 200);

        Assert.Equal(isIn, new FilterPart(offset, 0, Shape).IsIn(header));
        Assert.False(new FilterPart(offset, 0, Shape with { SegmentLength = 3 }).IsIn(header));
    }

    [Theory]
    [InlineData(63, "it is not a list made by `handstamp passwords import`")]
    [InlineData(64, "it has 64 bytes and should have 200")]
    [InlineData(199, "it has 199 bytes and should have 200")]
    [InlineData(201, "it has 201 bytes and should have 200")]
    public void A_list_of_another_length_is_refused_and_closed(int length, string reason)
    {
        var bytes = new byte[201];
        new FilterHeader(PartBits: 0, Count: 1, FileLength: 200).Write(bytes);
        var file = new Closing(bytes[..length]);

        Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => new PasswordFilter(file)).Message);
        Assert.True(file.IsClosed);
    }

    [Fact]
    public void A_part_outside_the_file_is_not_read()
    {
        var bytes = new byte[200];
        new FilterHeader(PartBits: 0, Count: 1, FileLength: 200).Write(bytes);
        new FilterPart(153, 0, Shape).Write(bytes.AsSpan(FilterHeader.Length));
        var file = new Closing(bytes);
        var filter = new PasswordFilter(file);

        Assert.Equal("its table of parts is damaged", Assert.Throws<InvalidDataException>(() => filter.Contains(7UL)).Message);
        Assert.Equal(1, filter.Count);
        Assert.False(file.IsClosed);
        filter.Dispose();
        Assert.True(file.IsClosed);
    }

    sealed class Closing(byte[] bytes) : IFileBytes
    {
        readonly MemoryBytes _bytes = new(bytes);

        public bool IsClosed { get; private set; }

        public long Length => _bytes.Length;

        public void Read(long offset, Span<byte> into) => _bytes.Read(offset, into);

        public void Dispose()
        {
            IsClosed = true;
            _bytes.Dispose();
        }
    }
}
