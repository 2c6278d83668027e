using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>Runs an action once, right before the next command that has this text in it.</summary>
sealed class BeforeCommand(string text) : DbCommandInterceptor
{
    public Action? Once { get; set; }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        ActBefore(command);
        return new(result);
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        ActBefore(command);
        return new(result);
    }

    void ActBefore(DbCommand command)
    {
        if (Once is not { } act || !command.CommandText.Contains(text, StringComparison.Ordinal)) return;
        Once = null;
        act();
    }
}
