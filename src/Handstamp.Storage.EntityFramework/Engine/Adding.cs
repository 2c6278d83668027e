using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.EntityFramework.Engine;

/// <summary>Adds a row whose key may be taken.</summary>
static class Adding
{
    /// <summary>
    /// False if there is a row with this key. EF Core cannot say why an insert failed, so the row is looked up before and after.
    /// </summary>
    public static async Task<bool> TryAddAsync<TRow>(this Unit unit, TRow row, Func<IQueryable<TRow>, IQueryable<TRow>> same) where TRow : class
    {
        var rows = unit.Context.Set<TRow>();
        if (await same(rows).AnyAsync()) return false;
        rows.Add(row);
        try
        {
            await unit.Context.SaveChangesAsync();
            return true;
        }
        catch (DbUpdateException)
        {
            unit.Context.ChangeTracker.Clear();
            if (await same(rows).AnyAsync()) return false;
            throw;
        }
    }
}
