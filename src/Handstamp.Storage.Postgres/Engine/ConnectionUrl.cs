namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// A URL as libpq reads it: <c>postgres://user:password@host:port/database?sslmode=verify-full</c>, with several hosts
/// separated by commas, in the keywords of Npgsql.
/// </summary>
static class ConnectionUrl
{
    static readonly string[] Schemes = ["postgres://", "postgresql://"];

    // The parameters of libpq that Npgsql has a keyword for.
    static readonly Dictionary<string, string> Keywords = new(StringComparer.Ordinal)
    {
        ["host"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["password"] = "Password",
        ["passfile"] = "Passfile",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["sslnegotiation"] = "SSL Negotiation",
        ["channel_binding"] = "Channel Binding",
        ["require_auth"] = "Require Auth",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["options"] = "Options",
        ["target_session_attrs"] = "Target Session Attributes",
        ["keepalives_idle"] = "TCP Keepalive Time",
        ["keepalives_interval"] = "TCP Keepalive Interval",
    };

    // An unescaped character in a password would split the URL in another place. The parts must not be taken for a host
    // or a database.
    const string Unescaped = "The URL can't be read. In a user name and a password, each of @ : / ? # % has to be percent-encoded: %40 for @.";

    public static bool IsOne(string text) => SchemeOf(text) is not null;

    /// <summary>Throws <see cref="ArgumentException"/>, which quotes only the name of a parameter.</summary>
    public static IEnumerable<(string Keyword, string Value)> Read(string text)
    {
        var (user, rest) = SplitUser(text[SchemeOf(text)!.Length..]);
        if (rest.Contains('@', StringComparison.Ordinal)) throw new ArgumentException(Unescaped);
        var (place, parameters) = Split(rest, '?');
        var (hosts, database) = Split(place, '/');
        return
        [
            .. ReadUser(user),
            .. ReadHosts(hosts),
            .. Given("Database", database),
            .. (parameters ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries).SelectMany(ReadParameter),
        ];
    }

    static string? SchemeOf(string text) =>
        Array.Find(Schemes, scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    static (string? User, string Place) SplitUser(string text)
    {
        var authority = text.IndexOf('/', StringComparison.Ordinal) is var end and >= 0 ? text[..end] : text;
        return authority.IndexOf('@', StringComparison.Ordinal) is var at and >= 0 ? (text[..at], text[(at + 1)..]) : (null, text);
    }

    static IEnumerable<(string Keyword, string Value)> ReadUser(string? user)
    {
        var (name, password) = Split(user ?? "", ':');
        return [.. Given("Username", name), .. Given("Password", password)];
    }

    static IEnumerable<(string Keyword, string Value)> ReadHosts(string hosts)
    {
        if (hosts.Contains(',', StringComparison.Ordinal)) return Given("Host", hosts);
        // An address of IPv6 is in brackets.
        var colon = hosts.LastIndexOf(':');
        var hasPort = colon > hosts.LastIndexOf(']');
        return
        [
            .. Given("Host", (hasPort ? hosts[..colon] : hosts).Trim('[', ']')),
            .. Given("Port", hasPort ? hosts[(colon + 1)..] : null),
        ];
    }

    static IEnumerable<(string Keyword, string Value)> ReadParameter(string parameter)
    {
        var (name, value) = Split(parameter, '=');
        if (!Keywords.TryGetValue(name, out var keyword))
            throw new ArgumentException($"The URL has the unknown parameter '{name}'. Known parameters: {string.Join(", ", Keywords.Keys)}.");
        // If no other certificates are named, those that the system trusts apply.
        return name == "sslrootcert" && value == "system" ? [] : Given(keyword, name switch
        {
            "sslmode" => value?.Replace("-", "", StringComparison.Ordinal),
            "require_auth" => value is null ? null : string.Join(',', value.Split(',').Select(ReadMethod)),
            _ => value,
        });
    }

    static string ReadMethod(string method) => method.Trim() switch
    {
        "scram-sha-256" => "ScramSHA256",
        "password" => "Password",
        "md5" => "MD5",
        "gss" => "GSS",
        "sspi" => "SSPI",
        "none" => "None",
        _ => throw new ArgumentException("The URL's require_auth has to list some of scram-sha-256, password, md5, gss, sspi and none."),
    };

    static (string, string?) Split(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is var index and >= 0 ? (text[..index], text[(index + 1)..]) : (text, null);

    static IEnumerable<(string Keyword, string Value)> Given(string keyword, string? value)
    {
        if (string.IsNullOrEmpty(value)) return [];
        var decoded = Uri.UnescapeDataString(value);
        // The rest of a percent sign that begins no byte, and a byte that no value has.
        return IsDecodable(value) && !decoded.Contains('\0', StringComparison.Ordinal) ? [(keyword, decoded)] : throw new ArgumentException(Unescaped);
    }

    static bool IsDecodable(string value)
    {
        for (var at = value.IndexOf('%', StringComparison.Ordinal); at >= 0; at = value.IndexOf('%', at + 1))
            if (!(at + 2 < value.Length && char.IsAsciiHexDigit(value[at + 1]) && char.IsAsciiHexDigit(value[at + 2]))) return false;
        return true;
    }
}
