using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>Runs an action once, right before the next command that begins with this text.</summary>
sealed class BeforeCommand(string beginning) : DbCommandInterceptor
{
    public Action? Once { get; set; }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (Once is { } act && command.CommandText.StartsWith(beginning, StringComparison.Ordinal))
        {
            Once = null;
            act();
        }
        return new(result);
    }
}
