using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Handstamp.Identity.Tests;

/// <summary>Lets something happen once, right before a command of the app's database that has this text.</summary>
sealed class BeforeCommand(string text) : DbCommandInterceptor
{
    Func<Task>? _act;
    int _passed;

    /// <summary>Before the command that comes after so many others with the text.</summary>
    public void Once(int after, Func<Task> act) => (_act, _passed) = (act, after);

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await ActAsync(command);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await ActAsync(command);
        return result;
    }

    async Task ActAsync(DbCommand command)
    {
        if (_act is not { } act || !command.CommandText.Contains(text, StringComparison.Ordinal) || _passed-- > 0) return;
        _act = null;
        await act();
    }
}
