using Handstamp.Storage.Postgres;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>Who gets a call of a statement that has its parameters already.</summary>
public sealed class CallTests : PostgresTests
{
    readonly Sql _sql = new("SELECT @value::int");

    Database Database => ((PostgresStorage)Engine.Storage).Database;

    [Fact]
    public async Task A_call_that_has_succeeded_alone_is_used_again()
    {
        var call = _sql.Call().Bind("@value", 7);

        Assert.Equal(7, await Database.FindAsync(Work.Read, call, row => row.Int32(0)));

        Assert.Same(call, _sql.Call());
    }

    [Fact]
    public async Task A_call_of_a_transaction_that_runs_again_is_given_to_nobody_else()
    {
        var call = _sql.Call().Bind("@value", 7);
        var attempts = 0;

        var found = await Database.TransactAsync(
            call,
            async (connection, call) =>
            {
                var found = await call.FindAsync(connection, row => row.Int32(0));
                // Another caller, at a moment when this transaction can still fail.
                Assert.NotSame(call, _sql.Call().Bind("@value", 8));
                return ++attempts == 2 ? found : throw new PostgresException("conflict", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
            },
            kept: static _ => true);

        Assert.Equal((7, 2), (found, attempts));
        Assert.NotSame(_sql.Call(), _sql.Call());
    }
}
