using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Handstamp.Storage.EntityFramework.Engine;

/// <summary>
/// Inserts a row without the change tracker: the context may be one that the app is saving at this moment, and what the app does when it
/// saves is not for these rows.
/// </summary>
static class Inserting
{
    public static Task InsertAsync<TRow>(this DbContext context, TRow row) where TRow : class
    {
        var type = context.Model.FindEntityType(typeof(TRow))!;
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        var sql = context.GetService<ISqlGenerationHelper>();
        var values = type.GetProperties()
            .Select(property => (Column: property.GetColumnName(table)!, Value: ValueOf(property, row)))
            .Where(one => one.Value is not null).ToList();
        var columns = string.Join(", ", values.Select(one => sql.DelimitIdentifier(one.Column)));
        var places = string.Join(", ", values.Select((_, index) => $"{{{index}}}"));
#pragma warning disable EF1002 // The names are those of the model; the values are parameters.
        return context.Database.ExecuteSqlRawAsync(
            $"INSERT INTO {sql.DelimitIdentifier(table.Name, table.Schema)} ({columns}) VALUES ({places})", values.Select(one => one.Value!));
#pragma warning restore EF1002
    }

    /// <summary>Whether the app's model has added the column, and a row that does not know it cannot be written.</summary>
    public static bool LacksValue(IProperty property) => !property.IsNullable && !HasDefault(property) && property is { PropertyInfo: null, Sentinel: null };

    // The app's model may store a type in another form. It may also have added a column: that has what EF Core would write.
    static object? ValueOf(IProperty property, object row)
    {
        var value = property.PropertyInfo is { } own ? own.GetValue(row) : HasDefault(property) || property.IsNullable ? null : property.Sentinel;
        return property.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value;
    }

    static bool HasDefault(IProperty property) => property.ValueGenerated.HasFlag(ValueGenerated.OnAdd);
}
