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

    // The app's model may store a type in another form.
    static object? ValueOf(IProperty property, object row)
    {
        var value = property.PropertyInfo!.GetValue(row);
        return property.GetTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value;
    }
}
