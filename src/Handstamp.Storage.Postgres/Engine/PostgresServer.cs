using Handstamp.Server.Storage;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>Where the database is, and how a connection to it is set up.</summary>
sealed class PostgresServer
{
    // Defaults that a connection string may change. A host that does not answer within seconds counts as unavailable,
    // and the answer is 503. The schema is known, so no types are loaded. A statement is prepared when it runs for the
    // second time.
    const string Defaults = """
        Timeout=3;Command Timeout=6;Maximum Pool Size=20;Host Recheck Seconds=1;Application Name=handstamp;
        Max Auto Prepare=64;Auto Prepare Min Usages=2;Server Compatibility Mode=NoTypeLoading;
        """;

    // Settings that it may not change. A cancelled COMMIT that waits for the standby is answered as a success, so
    // nothing is cancelled. No statement leaves a state on its connection that has to be reset.
    const string Settled = ";Multiplexing=false;Enlist=false;Cancellation Timeout=-1;No Reset On Close=true";

    // With none of these methods the server learns the password.
    static readonly string[] Safe = ["ScramSHA256", "None", "GSS", "SSPI"];

    readonly NpgsqlConnectionStringBuilder _settings;
    readonly NewConnection _new;

    PostgresServer(NpgsqlConnectionStringBuilder settings)
    {
        (_settings, _new) = (settings, new NewConnection(settings.SearchPath, Timelines));
        settings.SearchPath = null;
    }

    /// <summary>The database and its hosts for messages, without the password.</summary>
    public string Name => $"{_settings.Database} on {_settings.Host}";

    /// <summary>Which of several servers that accept writes is the current primary.</summary>
    public Timelines Timelines { get; } = new();

    /// <summary>How many statements of this process run at once.</summary>
    public int Connections => _settings.MaxPoolSize;

    /// <summary>How long a statement waits for a connection before the database counts as unavailable. Tests wait longer.</summary>
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether an attacker between this machine and the server could impersonate the server.</summary>
    public bool IsLineOpen =>
        _settings.SslMode is not (SslMode.VerifyCA or SslMode.VerifyFull) && !_settings.Host!.Split(',').All(IsHere);

    /// <summary>Whether an attacker there could also read the traffic.</summary>
    public bool IsLinePlain => IsLineOpen && _settings.SslMode != SslMode.Require;

    /// <summary>Whether the connection string itself has a password.</summary>
    public bool HasPassword => !string.IsNullOrEmpty(_settings.Password);

    /// <summary>Whether another server that impersonates this one may ask for the password or an equivalent.</summary>
    public bool GivesPasswordAway => _settings.RequireAuth!.Split(',', StringSplitOptions.TrimEntries)
        .Any(method => !Safe.Contains(method, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// Accepts a connection string of Npgsql, or a URL. Throws <see cref="ArgumentException"/>, which quotes no value.
    /// </summary>
    public static PostgresServer Parse(string connectionString)
    {
        var given = ConnectionText.Read(connectionString);
        var settings = new NpgsqlConnectionStringBuilder(Defaults);
        var isHere = given.Host!.Split(',').All(IsHere);
        if (!isHere) settings.SslMode = SslMode.Require;
        // A server that asks for no password may be on this machine, or may accept the client's certificate.
        settings.RequireAuth = isHere || given.SslCertificate is not null ? "ScramSHA256,None" : "ScramSHA256";
        foreach (var keyword in given.Keys) settings[keyword] = given[keyword];
        settings = new NpgsqlConnectionStringBuilder(settings.ConnectionString + Settled);

        // If there are several hosts, the one that accepts writes.
        if (settings.Host!.Contains(',', StringComparison.Ordinal)) settings.TargetSessionAttributes ??= "primary";
        ConnectionRules.Check(settings);
        return new PostgresServer(settings);
    }

    /// <summary>
    /// Throws with a message for the operator if a file that the connection string names cannot be read.
    /// </summary>
    public void CheckFiles()
    {
        foreach (var (keyword, file) in (IEnumerable<(string, string?)>)
            [("Root Certificate", _settings.RootCertificate), ("SSL Certificate", _settings.SslCertificate), ("SSL Key", _settings.SslKey), ("Passfile", _settings.Passfile)])
            if (file is not null && !IsReadable(file))
                throw new StorageStartException(
                    $"The connection string of the database {Name} has a {keyword} that is not a file which this user can read.");
    }

    /// <summary>The connections that the stores share.</summary>
    public NpgsqlDataSource OpenPool() => Build(pooled: true);

    /// <summary>For connections that keep a state: what they listen to, what they have locked.</summary>
    public NpgsqlDataSource OpenSingle() => Build(pooled: false);

    /// <summary>
    /// For statements that may take long. A broken connection is noticed, and nothing else ends them.
    /// </summary>
    public NpgsqlDataSource OpenPatient() => Build(pooled: false, patient: true);

    /// <summary>Connections with the server's own settings.</summary>
    public NpgsqlDataSource OpenBare()
    {
        var settings = new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = false };
        return new NpgsqlSlimDataSourceBuilder(settings.ConnectionString).EnableTransportSecurity().Build();
    }

    // A socket in the file system, or the loopback, with or without a port.
    static bool IsHere(string host) =>
        host.StartsWith('/') || (Uri.TryCreate($"tcp://{host.Trim()}", UriKind.Absolute, out var address) && address.IsLoopback);

    static bool IsReadable(string file)
    {
        try
        {
            File.OpenRead(file).Dispose();
            return true;
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            return false;
        }
    }

    NpgsqlDataSource Build(bool pooled, bool patient = false)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(_settings.ConnectionString);
        builder.ConnectionStringBuilder.Pooling = pooled;
        if (patient)
        {
            builder.ConnectionStringBuilder.CommandTimeout = 0;
            builder.ConnectionStringBuilder.TcpKeepAliveTime = 10;
            builder.ConnectionStringBuilder.TcpKeepAliveInterval = 5;
        }

        builder.UsePhysicalConnectionInitializer(_new.SetUp, _new.SetUpAsync);
        return builder.EnableTransportSecurity().Build();
    }
}
