using System.Text;
using Handstamp.Host.Import;
using Xunit;

namespace Handstamp.Host.Tests.Import;

/// <summary>Reading users from files, whatever a file contains.</summary>
public sealed class ReadingTests
{
    [Fact]
    public async Task A_line_that_is_too_long_is_one_refused_line_and_the_next_one_is_read()
    {
        var rows = await ReadAsync(JsonLines.ReadAsync, $"{{\"a\":1}}\n{{\"a\":\"{new string('x', 1_000_000)}\"}}\r\n\n{{\"a\":2}}");

        Assert.Equal([(1, null), (2, "The line has more than 65536 bytes."), (4, null)], rows.Select(row => (row.Number, row.Fault)));
        Assert.Equal(2, rows[2].User.GetProperty("a").GetInt32());
    }

    [Fact]
    public async Task A_byte_order_mark_is_not_part_of_the_first_line() =>
        Assert.Null(Assert.Single(await ReadAsync(JsonLines.ReadAsync, "\uFEFF{\"a\":1}\n")).Fault);

    [Theory]
    [InlineData("""{"realm":"x","roles":{"users":[1]},"users":[{"a":1},2,{"a":[[3]]}],"clients":[{"users":[]}]}""")]
    [InlineData("""[{"a":1},2,{"a":[[3]]}]""")]
    public async Task The_users_of_a_document_are_read_wherever_a_read_ends(string text)
    {
        for (var length = 1; length <= 7; length++)
        {
            using var file = new Trickle(Encoding.UTF8.GetBytes(text), length);
            List<Row> rows = [];
            await foreach (var row in JsonUsers.ReadAsync(file, default)) rows.Add(row);

            Assert.Equal([(1, null), (2, "A user must be a JSON object."), (3, null)], rows.Select(row => (row.Number, row.Fault)));
        }
    }

    [Fact]
    public async Task Cells_may_have_commas_quotes_and_line_breaks()
    {
        var rows = await ReadAsync((file, cancel) => CsvUsers.ReadAsync(file, null, cancel), "a,b\r\n\"1,\"\"2\"\"\n3\",\r\n\n4,5,6\n\"7\"8,9\n\"\",ü\n\"open");

        Assert.Equal(
            [
                (2, null), (5, "The line has 3 cells. There are 2 columns."), (6, "A cell continues after its closing quote."), (7, null),
                (8, "A quote is not closed."),
            ],
            rows.Select(row => (row.Number, row.Fault)));
        Assert.Equal("1,\"2\"\n3", rows[0].User.GetProperty("a").GetString());
        Assert.False(rows[0].User.TryGetProperty("b", out _));
        Assert.Equal("ü", rows[3].User.GetProperty("b").GetString());
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_takes_no_memory()
    {
        var rows = await ReadAsync((file, cancel) => CsvUsers.ReadAsync(file, null, cancel), "a\n\"" + new string('x', 5_000_000));

        Assert.Equal("The record has more than 65536 characters.", Assert.Single(rows).Fault);
    }

    [Theory]
    [InlineData("""{"users":[]}""", true)]
    [InlineData("[", true)]
    [InlineData("{\n\"realm\":\"x\"", true)]
    [InlineData("{\"email\":\"a\"}\n{\"email\":\"b\"}", false)]
    [InlineData("{\"email\":\"a\"}", false)]
    [InlineData("{\"email\":\n", false)]
    [InlineData("", false)]
    public void A_document_is_distinguished_from_lines_by_its_beginning(string text, bool isDocument) =>
        Assert.Equal(isDocument, JsonUsers.Begins(Encoding.UTF8.GetBytes(text)));

    static async Task<List<Row>> ReadAsync(Func<Stream, CancellationToken, IAsyncEnumerable<Row>> read, string text)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        List<Row> rows = [];
        await foreach (var row in read(file, default)) rows.Add(row);
        return rows;
    }

    /// <summary>A file whose reads return only a few bytes.</summary>
    sealed class Trickle(byte[] bytes, int length) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(length, buffer.Length)], cancellationToken);
    }
}
