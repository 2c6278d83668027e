using Microsoft.Extensions.Options;

namespace Handstamp.Server.Storage;

/// <summary>The section <c>Storage</c>.</summary>
sealed class StorageOptions
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    /// <summary>
    /// The engine: <c>sqlite</c>, which is built in, or <c>postgres</c>, a server that many nodes share.
    /// </summary>
    public string Provider { get; set; } = Sqlite;

    /// <summary>
    /// The database, in its engine's format. SQLite: <c>Data Source=FILE</c>; by default in the data directory.
    /// PostgreSQL: <c>Host=…;Database=…;Username=…;Password=…</c>.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>Where the database and the master key are, unless other settings name them.</summary>
    public string DataDirectory { get; set; } = "data";
}

sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        if (options.Provider is not (StorageOptions.Sqlite or StorageOptions.Postgres))
            return ValidateOptionsResult.Fail($"Storage:Provider is '{options.Provider}'; it has to be sqlite or postgres.");
        if (options is { Provider: StorageOptions.Postgres, ConnectionString: null })
            return ValidateOptionsResult.Fail(
                "Storage:ConnectionString is missing. With postgres, set it to Host=…;Database=…;Username=…;Password=….");
        return string.IsNullOrWhiteSpace(options.DataDirectory)
            ? ValidateOptionsResult.Fail("Storage:DataDirectory is empty; it has to name a directory.")
            : ValidateOptionsResult.Success;
    }
}
