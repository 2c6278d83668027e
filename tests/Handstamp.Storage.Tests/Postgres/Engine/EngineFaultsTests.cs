using System.Net.Sockets;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Tests.Postgres.Engine;

public sealed class EngineFaultsTests
{
    [Theory]
    [InlineData("0A000")]
    [InlineData("22001")]
    [InlineData("23505")]
    [InlineData("42601")]
    [InlineData("P0001")]
    public void What_is_wrong_with_a_statement_is_no_fault_of_the_engine(string code) => Assert.False(Answer(code).IsEngineFault());

    [Theory]
    [InlineData("08006")]
    [InlineData("0B000")]
    [InlineData("21000")]
    [InlineData("24000")]
    [InlineData("25006")]
    [InlineData("28P01")]
    [InlineData("40001")]
    [InlineData("44000")]
    [InlineData("53100")]
    [InlineData("57P01")]
    [InlineData("58030")]
    [InlineData("XX000")]
    public void Everything_else_that_the_server_answers_is_a_fault_of_the_engine(string code) => Assert.True(Answer(code).IsEngineFault());

    [Fact]
    public void A_broken_connection_is_a_fault_of_the_engine()
    {
        Exception[] faults =
        [
            new NpgsqlException("The connection is broken."),
            new OldTimelineException("It was replaced."),
            new IOException("The stream has ended."),
            new SocketException((int)SocketError.ConnectionReset),
            new TimeoutException("It took too long."),
        ];

        Assert.All(faults, fault => Assert.True(fault.IsEngineFault()));
    }

    [Fact]
    public void A_mistake_of_the_program_is_no_fault_of_the_engine()
    {
        Exception[] faults =
        [
            new InvalidOperationException("The command has no connection."),
            new InvalidCastException("The column is null."),
            new OperationCanceledException("The caller has gone."),
            new InvalidOperationException("It is around another one.", new NpgsqlException("The connection is broken.")),
        ];

        Assert.All(faults, fault => Assert.False(fault.IsEngineFault()));
    }

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("57P01")]
    [InlineData("57P03")]
    [InlineData("25006")]
    public void A_conflict_and_a_server_that_does_not_write_now_have_kept_nothing(string code) => Assert.True(Answer(code).IsUndone());

    [Theory]
    [InlineData("08006")]
    [InlineData("23505")]
    [InlineData("25P02")]
    [InlineData("40003")]
    [InlineData("53300")]
    [InlineData("57014")]
    [InlineData("57P02")]
    public void Another_answer_does_not_say_that_nothing_was_kept(string code) => Assert.False(Answer(code).IsUndone());

    [Fact]
    public void Without_an_answer_nobody_knows_whether_something_was_kept()
    {
        Exception[] faults =
        [
            new NpgsqlException("The connection is broken."),
            new NpgsqlException("It is around another one.", Answer("40001")),
            new TimeoutException("It took too long."),
        ];

        Assert.All(faults, fault => Assert.False(fault.IsUndone()));
    }

    [Theory]
    [InlineData("57P01")]
    [InlineData("57P02")]
    [InlineData("25006")]
    [InlineData("08000")]
    [InlineData("08003")]
    [InlineData("08006")]
    [InlineData("08P01")]
    public void A_server_that_ends_and_one_that_is_no_primary_are_lost(string code) => Assert.True(Answer(code).HasLostServer());

    [Theory]
    [InlineData("0A000")]
    [InlineData("03000")]
    [InlineData("25P02")]
    [InlineData("28000")]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("53300")]
    [InlineData("57014")]
    [InlineData("57P03")]
    [InlineData("58030")]
    public void A_server_that_answers_anything_else_is_not_lost(string code) => Assert.False(Answer(code).HasLostServer());

    [Fact]
    public void A_server_that_does_not_answer_is_lost()
    {
        Exception[] faults =
        [
            new NpgsqlException("The connection is broken."),
            new OldTimelineException("It was replaced."),
            new IOException("The stream has ended."),
            new TimeoutException("It took too long."),
        ];

        Assert.All(faults, fault => Assert.True(fault.HasLostServer()));
    }

    [Fact]
    public void The_caller_is_told_no_detail_and_the_log_is()
    {
        var fault = new NpgsqlException("The connection is broken.");

        var told = EngineFaults.Unavailable(fault);

        Assert.Equal("The database can't be used now.", told.Message);
        Assert.Same(fault, told.InnerException);
        Assert.True(told.MayPass);
    }

    static PostgresException Answer(string code) => new("It failed.", "ERROR", "ERROR", code);
}
