using Handstamp.Server.Storage.Moving;

namespace Handstamp.Storage.Tests.Moving;

public sealed class TableDigestTests
{
    static readonly object?[] Ada = [1L, "ada", new byte[] { 7 }, null];
    static readonly object?[] Bob = [2L, "bob", new byte[] { 8 }, 3L];

    [Fact]
    public void The_order_of_the_rows_makes_no_difference() => Assert.Equal(Of(Ada, Bob), Of(Bob, Ada));

    [Fact]
    public void A_missing_or_doubled_row_makes_a_difference()
    {
        Assert.NotEqual(Of(Ada, Bob), Of(Ada));
        Assert.NotEqual(Of(Ada, Ada), Of(Bob, Bob));
        Assert.NotEqual(Of(), Of(Ada, Ada));
    }

    public static TheoryData<object?[]> OtherThanAda => new(
        [2L, "ada", new byte[] { 7 }, null],
        [1L, "Ada", new byte[] { 7 }, null],
        [1L, "ada", new byte[] { 7, 0 }, null],
        [1L, "ada", new byte[] { 7 }, 0L],
        [1L, "ada", new byte[] { 7 }, ""],
        [1L, "ada", "\a", null],
        [1L, "ad", "a\a", null],
        [1L, "ada", null, new byte[] { 7 }]);

    [Theory]
    [MemberData(nameof(OtherThanAda))]
    public void A_different_cell_makes_a_difference(object?[] row) => Assert.NotEqual(Of(Ada), Of(row));

    static string Of(params object?[][] rows)
    {
        var digest = new TableDigest();
        foreach (var row in rows) digest.Add(row);
        Assert.Equal(rows.Length, digest.Rows);
        return digest.ToString();
    }
}
