using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;

namespace Handstamp.Cluster.Machines;

/// <summary>PostgreSQL under Patroni, with the files of <c>deploy/patroni</c>.</summary>
sealed class DatabaseMachine(string name, string address, string etcd) : Machine(name, address)
{
    const string Home = "/var/lib/postgresql";

    // PostgreSQL refuses to run as root, and as somebody who has no name: it gets Debian's user for it, or, where there
    // is but one user, that name for this one.
    static readonly string[] Unprivileged = Room.HasOneUser
        ? ["unshare", "--user", "--map-user=postgres", "--map-group=postgres"]
        : ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"];

    static readonly string Owner = Room.HasOneUser ? "root" : "postgres";

    public static IReadOnlyDictionary<string, string> Settings { get; } = EnvironmentFile.Read("deploy/patroni/patroni.env");

    /// <summary>Where Patroni answers.</summary>
    public Uri Patroni => new($"http://{Address}:8008");

    string Ballast => Path.Combine(Disk, "ballast");

    /// <summary>Leaves no byte of the disk free.</summary>
    public async Task FillDiskAsync()
    {
        await using var file = File.Create(Ballast);
        try
        {
            while (true) await file.WriteAsync(new byte[1 << 16]);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void FreeDisk() => File.Delete(Ballast);

    protected override async Task StartServicesAsync()
    {
        await RunAsync("install", "-d", "-o", Owner, "-g", Owner, "-m", "700", Home);
        await StartAsync(Environment(), [.. Unprivileged, "patroni", Repository.PathOf("deploy/patroni/patroni.yml")]);
    }

    Dictionary<string, string> Environment() => new(Settings)
    {
        ["HOME"] = Home,
        ["PATRONI_NAME"] = Name,
        ["PATRONI_RESTAPI_CONNECT_ADDRESS"] = $"{Address}:8008",
        ["PATRONI_POSTGRESQL_CONNECT_ADDRESS"] = $"{Address}:5432",
        ["PATRONI_ETCD_HOSTS"] = $"{etcd}:2379",
        ["PATRONI_POSTGRESQL_BIN_DIR"] = PostgresProgram.Directory,
    };
}
