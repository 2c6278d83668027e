using System.Globalization;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Storage;

/// <summary>The schema of an engine that updates it by itself.</summary>
interface ISchema
{
    /// <summary>
    /// What <see cref="IStorage.OpenAsync"/> would do to the schema. Changes nothing. Throws <see cref="StorageStartException"/> as
    /// <see cref="IStorage.OpenAsync"/> does, unless the fault shows only when something is written.
    /// </summary>
    Task<SchemaState> ReadSchemaAsync(CancellationToken cancel);
}

/// <summary>The schema of a database, and what this version would do to it.</summary>
/// <param name="Present">How many scripts have run; 0 for a new database.</param>
/// <param name="Due">The scripts that this version would run.</param>
/// <param name="WorksWith">How many scripts a program has to know to work on the schema after that.</param>
sealed partial record SchemaState(int Present, IReadOnlyList<string> Due, int WorksWith)
{
    /// <summary>Whether programs that know the present schema go on working, and can start again.</summary>
    public bool AdmitsOlder => WorksWith <= Present;

    /// <summary>The number in the first line of a script: <c>-- works with: N</c>.</summary>
    public static int ReadWorksWith(string script) => int.Parse(Header().Match(script).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A-- works with: (\d+)\n")]
    private static partial Regex Header();
}
