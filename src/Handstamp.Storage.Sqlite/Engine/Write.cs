namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>An operation in the writer's queue.</summary>
interface IWrite
{
    /// <summary>Runs inside the batch's transaction. Throws only the engine's own failures.</summary>
    void Run(Connection database);

    /// <summary>The batch is durable: the caller gets its answer.</summary>
    void Acknowledge();

    /// <summary>No part of the batch was kept.</summary>
    void Fail(Exception fault);
}

/// <summary>Operation, argument and answer in one object: a queued write allocates this and a task.</summary>
sealed class Write<TArgument, TAnswer>(
    TArgument argument, Func<Connection, TArgument, TAnswer> operation, bool several)
    : TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously), IWrite
{
    TAnswer? _answer;
    Exception? _fault;

    public void Run(Connection database)
    {
        try
        {
            if (several) database.Run("SAVEPOINT operation");
            _answer = operation(database, argument);
            if (several) database.Run("RELEASE operation");
        }
        catch (Exception fault) when (!fault.IsEngineFault())
        {
            // The operation's own fault goes only to its caller; the others of the batch continue.
            _fault = fault.IsOutdated() ? EngineFaults.Unavailable(fault) : fault;
            if (!several) return;
            database.Run("ROLLBACK TO operation");
            database.Run("RELEASE operation");
        }
    }

    public void Acknowledge()
    {
        if (_fault is null) SetResult(_answer!);
        else SetException(_fault);
    }

    public void Fail(Exception fault) => SetException(fault);
}
