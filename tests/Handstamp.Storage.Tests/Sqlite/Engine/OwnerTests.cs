using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Handstamp.Server.Storage.Moving;
using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Data.Sqlite;

namespace Handstamp.Storage.Tests.Sqlite.Engine;

public sealed class OwnerTests : IDisposable
{
    const string Database = "/var/lib/handstamp.db";

    readonly SqliteConnection _database = Sql.Open(":memory:");

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData(MoveState.Here, 0x48535450)]
    [InlineData(MoveState.Leaving, 0x4853546D)]
    [InlineData(MoveState.Gone, 0x4853544D)]
    internal void The_file_tells_in_one_number_whose_it_is_and_whether_its_data_was_moved(MoveState state, int number)
    {
        Assert.Equal($"PRAGMA application_id = {number}", Owner.Write(state));

        _database.Run(Owner.Write(state));

        Assert.Equal(number, _database.Ask<long>("PRAGMA application_id"));
        Assert.Equal(state, Owner.Read(_database));
        Assert.True(Owner.IsHandstamp(number));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0x4853544C)]
    [InlineData(0x4853544E)]
    [InlineData(0x4853544F)]
    [InlineData(0x48535451)]
    [InlineData(0x4853546C)]
    [InlineData(0x4853546E)]
    public void Any_other_number_is_of_another_program_and_says_nothing_of_a_move(int number)
    {
        _database.Run($"PRAGMA application_id = {number}");

        Assert.False(Owner.IsHandstamp(number));
        Assert.Equal(MoveState.Here, Owner.Read(_database));
    }

    [Theory]
    [InlineData(MoveState.Leaving, $"`handstamp migrate-storage` was interrupted while it moved the data of {Database}. "
        + "Run the same command again: docs/guide/moving-to-postgres.md.")]
    [InlineData(MoveState.Gone, $"The data of {Database} was moved to PostgreSQL. Set Storage:Provider to postgres and "
        + "Storage:ConnectionString to that database: docs/guide/moving-to-postgres.md.")]
    internal void A_file_whose_data_was_moved_says_what_to_do_at_the_start_and_while_the_service_runs(MoveState state, string sentences)
    {
        _database.Run(Owner.Write(state));

        Assert.Equal(sentences, Assert.Throws<StorageStartException>(() => Owner.Demand(_database, Database)).Message);
        Assert.Equal(sentences, Assert.Throws<StorageUnavailableException>(() => Owner.DemandStill(_database, Database)).Message);
    }

    [Fact]
    public void A_file_whose_data_is_here_may_be_used()
    {
        _database.Run(Owner.Write(MoveState.Here));

        Assert.Null(Record.Exception(() => Owner.Demand(_database, Database)));
        Assert.Null(Record.Exception(() => Owner.DemandStill(_database, Database)));
    }
}
