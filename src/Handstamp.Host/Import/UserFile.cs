using System.Runtime.CompilerServices;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Import;

/// <summary>A file of users, and how to read it.</summary>
sealed class UserFile : IDisposable
{
    public const string Lines = "jsonl";
    public const string Csv = "csv";
    public const string Json = "json";
    public const string Firebase = "firebase";

    /// <summary>The systems whose exports are read, besides the service's own.</summary>
    public static readonly string[] Systems = ["keycloak", "auth0", Firebase, "supabase", "better-auth", "aspnet-identity"];

    readonly FileStream _file;
    readonly string _format;
    readonly Func<Row, PortableUser> _map;

    UserFile(string path, string? format, string? system, string? hashConfig)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        _format = format ?? FormatOf(path, _file);
        _map = MapOf(system, _format, hashConfig);
        IsOwn = system is null;
    }

    bool IsOwn { get; }

    /// <summary>How much was read, from 0 to 1; null for a pipe.</summary>
    public double? Share => _file.CanSeek ? (double)_file.Position / Math.Max(1, _file.Length) : null;

    public static UserFile Open(string path, string? format, string? system, string? hashConfigPath)
    {
        try
        {
            var hashConfig = hashConfigPath is null ? null : SmallFile.Read(hashConfigPath);
            return new UserFile(path, format, system, hashConfig);
        }
        // A pipe without --format: it cannot be looked into before it is read.
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CommandFailedException($"Cannot read the file: {fault.Message}", fault);
        }
    }

    /// <summary>The users as they come. A row of which no user can be made has a fault.</summary>
    public async IAsyncEnumerable<(long Number, PortableUser? User, string? Fault)> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var rows = _format switch
        {
            Csv => CsvUsers.ReadAsync(_file, IsOwn ? OwnUsers.Columns : null, cancel),
            Json => JsonUsers.ReadAsync(_file, cancel),
            _ => JsonLines.ReadAsync(_file, cancel),
        };
        await foreach (var row in rows)
            yield return row.Fault is null ? Map(row) : (row.Number, null, row.Fault);
    }

    public void Dispose() => _file.Dispose();

    (long, PortableUser?, string?) Map(Row row)
    {
        try
        {
            return (row.Number, _map(row), null);
        }
        catch (FormatException fault)
        {
            return (row.Number, null, fault.Message);
        }
    }

    static Func<Row, PortableUser> MapOf(string? system, string format, string? hashConfig)
    {
        var firebase = new FirebaseUsers(hashConfig);
        return system switch
        {
            "keycloak" => row => KeycloakUsers.Map(new Fields(row.User)),
            "auth0" => row => OtherUsers.Auth0(new Fields(row.User)),
            Firebase => row => firebase.Map(new Fields(row.User)),
            "supabase" => row => OtherUsers.Supabase(new Fields(row.User)),
            "better-auth" => row => OtherUsers.BetterAuth(new Fields(row.User)),
            "aspnet-identity" => row => OtherUsers.AspNetIdentity(new Fields(row.User)),
            _ when format == Csv => row => OwnUsers.MapCells(new Fields(row.User)),
            _ => row => OwnUsers.Map(row.User),
        };
    }

    /// <summary>By the extension, and then by how it begins.</summary>
    static string FormatOf(string path, FileStream file)
    {
        if (Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase)) return Csv;
        if (!file.CanSeek) throw new CommandFailedException("A pipe has no extension and cannot be read twice. Say with --format what it contains.");
        var beginning = new byte[Row.MaxLength];
        var read = beginning.AsSpan(0, file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false));
        file.Position = 0;
        return JsonUsers.Begins(read) ? Json : Lines;
    }
}
