using Handstamp.Server.Storage;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>Where the database is, and how a connection to it is set up.</summary>
sealed class PostgresServer
{
    // What a connection string may say otherwise. A host that does not answer within seconds is as good as away, and
    // the answer is 503; the schema is known, so no types are loaded; a statement is prepared when it comes again.
    const string Defaults = """
        Timeout=3;Command Timeout=6;Maximum Pool Size=20;Host Recheck Seconds=1;Application Name=handstamp;
        Max Auto Prepare=64;Auto Prepare Min Usages=2;Server Compatibility Mode=NoTypeLoading;
        """;

    // What it may not. A cancelled COMMIT that waits for the standby is answered as a success, so nothing is cancelled.
    // Nothing that a statement leaves on its connection has to be reset.
    const string Settled = ";Multiplexing=false;Enlist=false;Cancellation Timeout=-1;No Reset On Close=true";

    // In none of these ways the server learns the password.
    static readonly string[] Safe = ["ScramSHA256", "None", "GSS", "SSPI"];

    readonly NpgsqlConnectionStringBuilder _settings;
    readonly NewConnection _new;

    PostgresServer(NpgsqlConnectionStringBuilder settings)
    {
        (_settings, _new) = (settings, new NewConnection(settings.SearchPath, Timelines));
        settings.SearchPath = null;
    }

    /// <summary>For people: the database and its hosts, without the password.</summary>
    public string Name => $"{_settings.Database} on {_settings.Host}";

    /// <summary>Which of several servers that take writes is the one.</summary>
    public Timelines Timelines { get; } = new();

    /// <summary>How many statements of this process run at once.</summary>
    public int Connections => _settings.MaxPoolSize;

    /// <summary>Whether somebody between this machine and the server could answer in its place.</summary>
    public bool IsLineOpen =>
        _settings.SslMode is not (SslMode.VerifyCA or SslMode.VerifyFull) && !_settings.Host!.Split(',').All(IsHere);

    /// <summary>Whether somebody there could also read what is sent.</summary>
    public bool IsLinePlain => IsLineOpen && _settings.SslMode != SslMode.Require;

    /// <summary>Whether the connection string itself has one.</summary>
    public bool HasPassword => !string.IsNullOrEmpty(_settings.Password);

    /// <summary>Whether the password, or what is as good as it, may be asked for by another that answers in the server's place.</summary>
    public bool GivesPasswordAway => _settings.RequireAuth!.Split(',', StringSplitOptions.TrimEntries)
        .Any(method => !Safe.Contains(method, StringComparer.OrdinalIgnoreCase));

    /// <summary>Takes a connection string of Npgsql, or a URL. Throws <see cref="ArgumentException"/>, which quotes no value.</summary>
    public static PostgresServer Parse(string connectionString)
    {
        var given = ConnectionText.Read(connectionString);
        var settings = new NpgsqlConnectionStringBuilder(Defaults);
        var isHere = given.Host!.Split(',').All(IsHere);
        if (!isHere) settings.SslMode = SslMode.Require;
        // A server that asks for nothing may be this machine's own, or one that the client's certificate is enough for.
        settings.RequireAuth = isHere || given.SslCertificate is not null ? "ScramSHA256,None" : "ScramSHA256";
        foreach (var keyword in given.Keys) settings[keyword] = given[keyword];
        settings = new NpgsqlConnectionStringBuilder(settings.ConnectionString + Settled);

        // Of several hosts, the one that takes writes.
        if (settings.Host!.Contains(',', StringComparison.Ordinal)) settings.TargetSessionAttributes ??= "primary";
        ConnectionRules.Check(settings);
        return new PostgresServer(settings);
    }

    /// <summary>Throws for the operator when a file that the connection string names can't be read.</summary>
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

    /// <summary>For connections with a memory of their own: what they listen to, what they have locked.</summary>
    public NpgsqlDataSource OpenSingle() => Build(pooled: false);

    /// <summary>For what may take long, and is watched: a line that goes dead is noticed, and nothing else ends it.</summary>
    public NpgsqlDataSource OpenPatient() => Build(pooled: false, patient: true);

    /// <summary>For connections as the server gives them.</summary>
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
