namespace Handstamp.Cluster.Machines;

/// <summary>
/// etcd, which holds Patroni's lock. It has one member: how three members elect a leader is etcd's own matter, and what
/// happens here when the lock cannot be reached does not depend on it.
/// </summary>
sealed class EtcdMachine(string name, string address) : Machine(name, address)
{
    protected override Task StartServicesAsync()
    {
        var environment = EnvironmentFile.Read("deploy/etcd/etcd.env");
        foreach (var variable in environment.Keys)
            environment[variable] = environment[variable].Replace("10.0.0.11", Address, StringComparison.Ordinal);
        environment["ETCD_INITIAL_CLUSTER"] = $"{environment["ETCD_NAME"]}={environment["ETCD_INITIAL_ADVERTISE_PEER_URLS"]}";
        environment["ETCD_DATA_DIR"] = "/var/lib/etcd";
        return StartAsync(environment, "etcd");
    }
}
