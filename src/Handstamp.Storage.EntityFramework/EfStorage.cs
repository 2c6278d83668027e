using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Rows;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.EntityFramework;

/// <summary>The app's database. The app makes its tables and copies it; here it is only looked at.</summary>
sealed class EfStorage(SessionDatabase database) : IStorage
{
    public async Task OpenAsync(CancellationToken cancel)
    {
        try
        {
            if (await database.RunAsync(unit => HasRowsAsync(unit, cancel))) return;
        }
        catch (StorageUnavailableException fault)
        {
            throw new StorageStartException(
                $"The tables of Handstamp cannot be read: {fault.InnerException!.Message} If they are missing, add a migration "
                + "(`dotnet ef migrations add Handstamp`) and apply it.", fault)
            {
                MayPass = fault.InnerException.IsPassing(),
            };
        }
        throw new StorageStartException(
            "The tables of Handstamp lack their first rows. Apply the migration that has made the tables, or delete them and apply it again.");
    }

    public async Task<bool> IsWritableAsync(CancellationToken cancel)
    {
        try
        {
            return await database.RunAsync(unit => database.WriteAsync(unit, () =>
                unit.Ring.ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version), cancel))) == 1;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    public Task BackupAsync(string file, CancellationToken cancel) =>
        throw new NotSupportedException("The sessions are in the app's own database: copy it as you copy the rest of it.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    static async Task<bool> HasRowsAsync(Unit unit, CancellationToken cancel)
    {
        if (unit.Context.Model.FindEntityType(typeof(RingRow)) is null)
            throw new StorageStartException(
                $"The model of {unit.Context.GetType().Name} does not have the tables of Handstamp. Call UseHandstamp in its OnModelCreating.");
        var ours = unit.Context.Model.GetEntityTypes().Where(type => type.ClrType.Namespace == typeof(RingRow).Namespace);
        if (ours.SelectMany(type => type.GetProperties()).FirstOrDefault(Inserting.LacksValue) is { } added)
            throw new StorageStartException(
                $"The app's model adds the column '{added.Name}' of {added.DeclaringType.GetTableName()}, which may not be null and has no default. "
                + "Give it a default (HasDefaultValue), or let it be null: Handstamp does not know what to write there.");
        return await unit.Ring.AnyAsync(cancel) && await unit.Feed.AnyAsync(cancel);
    }
}
