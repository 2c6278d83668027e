using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Tests.Postgres.Engine;

/// <summary>What the server gets instead of the names.</summary>
public sealed class SqlTests
{
    [Fact]
    public void A_name_becomes_its_number_in_the_order_of_the_first_appearances()
    {
        var sql = new Sql("SELECT @b, @mac_key_id::int, @b FROM t WHERE a = @a AND (m = @mac_key_id OR z = @zzz)");

        Assert.Equal("SELECT $1, $2::int, $1 FROM t WHERE a = $3 AND (m = $2 OR z = $4)", sql.Text);
        Assert.Equal(4, sql.Parameters);
        Assert.Equal([0, 1, 2, 3], ((string[])["@b", "@mac_key_id", "@a", "@zzz"]).Select(sql.PositionOf));
    }

    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("SELECT a FROM t WHERE a @> b AND c @@ d AND e = '@F' AND g = 'h@7'")]
    public void A_text_without_names_stays_as_it_is(string text)
    {
        var sql = new Sql(text);

        Assert.Equal(text, sql.Text);
        Assert.Equal(0, sql.Parameters);
    }

    [Fact]
    public void A_name_that_the_text_does_not_have_has_no_position() =>
        Assert.Throws<KeyNotFoundException>(() => new Sql("SELECT @a").PositionOf("@b"));

    [Fact]
    public void A_call_that_was_taken_back_is_given_to_one_caller()
    {
        var sql = new Sql("SELECT @value::int");
        var call = sql.Call().Bind("@value", 7);
        Assert.NotSame(call, sql.Call());

        sql.TakeBack(call);

        Assert.Same(call, sql.Call());
        Assert.NotSame(call, sql.Call());
    }
}
