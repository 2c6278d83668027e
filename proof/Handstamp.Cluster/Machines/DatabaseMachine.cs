using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;

namespace Handstamp.Cluster.Machines;

/// <summary>PostgreSQL under Patroni, with the files of <c>deploy/patroni</c>.</summary>
sealed class DatabaseMachine(string name, string address, string etcd) : Machine(name, address)
{
    const string Home = "/var/lib/postgresql";

    // PostgreSQL refuses to run as root, and as a user without a name. It gets Debian's user for PostgreSQL or, where
    // there is only one user, that name for this user.
    static readonly string[] Unprivileged = Room.HasOneUser
        ? ["unshare", "--user", "--map-user=postgres", "--map-group=postgres"]
        : ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"];

    static readonly string Owner = Room.HasOneUser ? "root" : "postgres";

    public static IReadOnlyDictionary<string, string> Settings { get; } = EnvironmentFile.Read("deploy/patroni/patroni.env");

    /// <summary>The address of Patroni's API.</summary>
    public Uri Patroni => new($"http://{Address}:8008");

    string Ballast => Path.Combine(Disk, "ballast");

    /// <summary>Fills the disk to the last byte.</summary>
    public async Task FillDiskAsync()
    {
        await using var file = File.Create(Ballast);
        try
        {
            while (true) await file.WriteAsync(new byte[1 << 16]);
        }
        catch (IOException)
        {
            // The disk is full.
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
