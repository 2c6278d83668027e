using System.Globalization;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Postgres.Moving;
using PostgresServer = Handstamp.TestBed.Postgres.PostgresServer;

namespace Handstamp.Storage.Tests.Postgres.Moving;

/// <summary>A cell goes into a column of its type, and comes back.</summary>
public sealed class CopiedTypeTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_types_have_their_names_in_the_catalog() => Assert.Equal(
        ["bigint", "bytea", "integer", "smallint", "text", "uuid"], CopiedType.ByName.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("smallint", (long)short.MinValue)]
    [InlineData("smallint", (long)short.MaxValue)]
    [InlineData("integer", (long)int.MinValue)]
    [InlineData("integer", (long)int.MaxValue)]
    [InlineData("bigint", long.MinValue)]
    [InlineData("bigint", long.MaxValue)]
    public async Task An_integer_is_copied_up_to_the_limits_of_its_type_and_is_a_long_in_memory(string type, long cell)
    {
        var (stored, read) = await CopyAsync(type, cell);

        Assert.Equal(cell.ToString(CultureInfo.InvariantCulture), stored);
        Assert.Equal(cell, Assert.IsType<long>(read));
    }

    [Theory]
    [InlineData("smallint", short.MinValue - 1L)]
    [InlineData("smallint", short.MaxValue + 1L)]
    [InlineData("integer", int.MinValue - 1L)]
    [InlineData("integer", int.MaxValue + 1L)]
    public async Task An_integer_that_does_not_fit_is_not_cut(string type, long cell) =>
        await Assert.ThrowsAsync<OverflowException>(() => CopyAsync(type, cell));

    [Theory]
    [InlineData("")]
    [InlineData("Großmutters 📱 ❤")]
    public async Task A_text_is_copied(string cell)
    {
        var (stored, read) = await CopyAsync("text", cell);

        Assert.Equal(cell, stored);
        Assert.Equal(cell, Assert.IsType<string>(read));
    }

    [Fact]
    public async Task Bytes_are_copied()
    {
        byte[] cell = [0, 1, 127, 128, 255];

        var (stored, read) = await CopyAsync("bytea", cell);

        Assert.Equal(@"\x00017f80ff", stored);
        Assert.Equal(cell, Assert.IsType<byte[]>(read));
    }

    [Fact]
    public async Task An_id_is_copied_and_is_its_bytes_in_the_order_of_its_text()
    {
        byte[] cell = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

        var (stored, read) = await CopyAsync("uuid", cell);

        Assert.Equal("00010203-0405-0607-0809-0a0b0c0d0e0f", stored);
        Assert.Equal(cell, Assert.IsType<byte[]>(read));
    }

    /// <summary>What the server then has, as a text, and what is read from it.</summary>
    static async Task<(string Stored, object Read)> CopyAsync(string type, object cell)
    {
        await using var connection = PostgresServer.Connect((await PostgresServer.Shared).ConnectionString("postgres"));
        await connection.OpenAsync(Cancel);
        await connection.ExecuteAsync($"CREATE TEMPORARY TABLE copied (cell {type})", Cancel);
        await using (var import = await connection.BeginBinaryImportAsync("COPY copied FROM STDIN (FORMAT BINARY)", Cancel))
        {
            await import.StartRowAsync(Cancel);
            CopiedType.ByName[type].Write(import, cell);
            await import.CompleteAsync(Cancel);
        }

        var stored = (string)(await connection.AskAsync("SELECT cell::text FROM copied", Cancel))!;
        await using var export = await connection.BeginBinaryExportAsync("COPY copied TO STDOUT (FORMAT BINARY)", Cancel);
        Assert.Equal(1, await export.StartRowAsync(Cancel));
        return (stored, CopiedType.ByName[type].Read(export));
    }
}
