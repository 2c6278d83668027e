using Microsoft.Extensions.Options;

namespace Handstamp.Server.Storage;

/// <summary>The section <c>Storage</c>.</summary>
sealed class StorageOptions
{
    /// <summary>The engine. <c>sqlite</c> is the one that is built in.</summary>
    public string Provider { get; set; } = "sqlite";

    /// <summary>
    /// The database, as its engine names it. SQLite: <c>Data Source=FILE</c>; default: in the data directory.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>Where the database and the master key are, if they are not named elsewhere.</summary>
    public string DataDirectory { get; set; } = "data";
}

sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        if (options.Provider is not "sqlite")
            return ValidateOptionsResult.Fail($"Storage:Provider is '{options.Provider}'; it has to be sqlite.");
        return string.IsNullOrWhiteSpace(options.DataDirectory)
            ? ValidateOptionsResult.Fail("Storage:DataDirectory is empty; it has to name a directory.")
            : ValidateOptionsResult.Success;
    }
}
