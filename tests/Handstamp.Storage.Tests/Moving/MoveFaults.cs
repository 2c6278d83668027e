using Handstamp.Server.Storage.Moving;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Handstamp.Storage.Tests.Moving;

/// <summary>The target, with a fault on the way to it.</summary>
abstract class FaultyTarget(IMoveTarget inner) : IMoveTarget
{
    public string Name => inner.Name;

    public bool Has(StoredTable table) => inner.Has(table);

    public bool Take(IReadOnlyList<StoredTable> tables) => inner.Take(tables);

    public virtual void Write(StoredTable table, IEnumerable<object?[]> rows) => inner.Write(table, rows);

    public IEnumerable<object?[]> Read(StoredTable table) => inner.Read(table);

    public void ContinueRevocations(FeedEnd last) => inner.ContinueRevocations(last);

    public virtual void Commit() => inner.Commit();

    public void Dispose() => inner.Dispose();
}

/// <summary>Accepts every row and keeps all but the first.</summary>
sealed class LosingTarget(IMoveTarget inner) : FaultyTarget(inner)
{
    public override void Write(StoredTable table, IEnumerable<object?[]> rows) =>
        base.Write(table, rows.Where((_, index) => index > 0));
}

/// <summary>Loses its connection at the commit, before it or after it.</summary>
sealed class ForgetfulTarget(IMoveTarget inner, bool kept) : FaultyTarget(inner)
{
    public override void Commit()
    {
        if (kept) base.Commit();
        throw new NpgsqlException("The connection is gone.");
    }
}

/// <summary>Is interrupted when the move reaches a given point.</summary>
sealed class InterruptsAt(MoveStage? at, CancellationTokenSource? interrupt = null) : IMoveProgress
{
    /// <summary>The number of tables that were started, in any stage.</summary>
    public int Begun { get; private set; }

    public void Begin(MoveStage stage, string table, long rows)
    {
        Begun++;
        if (stage == at) interrupt!.Cancel();
    }

    public void Advance()
    {
    }
}

/// <summary>A node that waits a tenth of a second for a lock, instead of four seconds.</summary>
sealed class ImpatientNode(string connectionString) : EngineUnderTest
{
    public override Task<long> CountRowsAsync() => throw new NotSupportedException();

    protected override void AddStores(IServiceCollection services) =>
        services.AddHandstampPostgres($"{connectionString};Options=-c statement_timeout=100");
}
