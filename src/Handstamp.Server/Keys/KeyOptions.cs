using Handstamp.Server.Storage;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Keys;

/// <summary>The section <c>Keys</c>.</summary>
sealed class KeyOptions
{
    /// <summary>The settings that are times.</summary>
    public static readonly IReadOnlyList<string> Times = [nameof(SigningLifetime), nameof(Announcement)];

    /// <summary>
    /// ES256, or RS256 if a verifier does not support ES256. A change takes effect with the next rotation.
    /// </summary>
    public string Algorithm { get; set; } = "ES256";

    /// <summary>How long a key signs before its successor takes over. 1 hour to 366 days.</summary>
    public TimeSpan SigningLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long a key is published before it signs, so that every verifier's cache has it. Up to 7 days.
    /// </summary>
    public TimeSpan Announcement { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The master key: 32 bytes as base64. The environment variable HANDSTAMP_MASTER_KEY sets it.</summary>
    public string? MasterKey { get; set; }

    /// <summary>
    /// A file with the master key. If it is the default one beside the database, it is created at the first start.
    /// </summary>
    public string? MasterKeyFile { get; set; }

    /// <summary>
    /// Whether password hashes are encrypted. Only with a master key from outside the data directory: a copy of the directory would
    /// have both.
    /// </summary>
    public bool SealPasswords { get; set; }
}

sealed class KeyOptionsValidator(IOptions<StorageOptions> storage) : IValidateOptions<KeyOptions>
{
    public ValidateOptionsResult Validate(string? name, KeyOptions options)
    {
        var faults = new List<string>();
        if (options.Algorithm is not ("ES256" or "RS256"))
            faults.Add($"Keys:Algorithm is '{options.Algorithm}'; it has to be ES256 or RS256.");
        if (options.SigningLifetime < TimeSpan.FromHours(1) || options.SigningLifetime > TimeSpan.FromDays(366))
            faults.Add($"Keys:SigningLifetime is {options.SigningLifetime}; it has to be between 01:00:00 and 366.00:00:00.");
        if (options.Announcement < TimeSpan.Zero || options.Announcement > TimeSpan.FromDays(7))
            faults.Add($"Keys:Announcement is {options.Announcement}; it has to be between 00:00:00 and 7.00:00:00.");
        if (options.Announcement >= options.SigningLifetime)
            faults.Add("Keys:Announcement has to be shorter than Keys:SigningLifetime.");
        if (options.MasterKey is not null && options.MasterKeyFile is not null)
            faults.Add("Keys:MasterKey and Keys:MasterKeyFile are both set. Set only one of them.");
        if (options.SealPasswords && options.MasterKey is null
            && (options.MasterKeyFile is not { } file || IsIn(storage.Value.DataDirectory, file)))
            faults.Add("Keys:SealPasswords is true, but the master key lies in the data directory: a copy of the directory would open "
                + "the password hashes. Set HANDSTAMP_MASTER_KEY, or Keys:MasterKeyFile to a file elsewhere.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    // A link in the directory is not the key.
    static bool IsIn(string directory, string file) =>
        !Path.GetRelativePath(Real(new DirectoryInfo(directory)), Real(new FileInfo(file))).StartsWith("..", StringComparison.Ordinal);

    static string Real(FileSystemInfo path) =>
        path.Exists && path.ResolveLinkTarget(returnFinalTarget: true) is { } target ? target.FullName : path.FullName;
}
