using System.Data.Common;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// A connection string of Npgsql or a URL of PostgreSQL, as written by an operator. Error messages contain none of its
/// values: a password may be in any place.
/// </summary>
static class ConnectionText
{
    /// <summary>Exactly what was given. Throws <see cref="ArgumentException"/>.</summary>
    public static NpgsqlConnectionStringBuilder Read(string text)
    {
        var given = new NpgsqlConnectionStringBuilder();
        var pairs = ConnectionUrl.IsOne(text) ? ConnectionUrl.Read(text) : ReadPairs(text);
        foreach (var (keyword, value) in pairs) Set(given, keyword, value);
        if (new[] { given.Host, given.Database, given.Username }.Any(IsUrl))
            throw new ArgumentException("A URL has to stand alone, without keywords.");
        if (string.IsNullOrEmpty(given.Host) || string.IsNullOrEmpty(given.Database))
            throw new ArgumentException("It has to name a Host and a Database.");
        return given;
    }

    static bool IsUrl(string? value) => value is not null && value.Contains("://", StringComparison.Ordinal);

    static IEnumerable<(string Keyword, string Value)> ReadPairs(string text)
    {
        var pairs = new DbConnectionStringBuilder();
        try
        {
            pairs.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw new ArgumentException(
                "It can't be read. It has to be Keyword=Value pairs with semicolons between them, or a URL: postgres://…. A "
                + "value that has one of ; = ' \" in it has to be in quotes.");
        }

        return pairs.Keys.Cast<string>().Select(keyword => (keyword, (string)pairs[keyword]));
    }

    static void Set(NpgsqlConnectionStringBuilder given, string keyword, string value)
    {
        try
        {
            given[keyword] = value;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            // Without the original exception, whose message contains the value.
            throw new ArgumentException(given.ContainsKey(keyword) ? $"{keyword} has an invalid value."
                : given.Password is null ? $"Unknown keyword '{keyword}'."
                : "One of the keywords after the password is unknown. If the password contains a semicolon, put it in quotes.");
        }
    }
}
