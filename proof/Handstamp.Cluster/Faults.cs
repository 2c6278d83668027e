using Npgsql;

namespace Handstamp.Cluster;

/// <summary>The faults of the cluster, and how each is undone.</summary>
static class Faults
{
    /// <summary>All faults, with the names that the proof's page uses.</summary>
    public static IReadOnlyList<(string Name, Func<Trial, Task> Fault)> All { get; } =
    [
        ("the primary's machine loses its power", LoseThePrimaryAsync),
        ("the standby's machine loses its power", LoseTheStandbyAsync),
        ("a node is cut off from both databases", CutANodeFromTheDatabasesAsync),
        ("the primary is cut off from etcd", CutThePrimaryFromEtcdAsync),
        ("the nodes are killed with `kill -9`, one after another", KillEachNodeAsync),
        ("the primary's disk is full", FillThePrimarysDiskAsync),
        ("the primary's machine is halted for a while", PauseThePrimaryAsync),
        ("a node is halted for a while", PauseANodeAsync),
    ];

    public static async Task LoseThePrimaryAsync(Trial trial)
    {
        var primary = await trial.Cluster.PrimaryAsync();
        await primary.PowerOffAsync();
        await trial.WritesComeAsync();
        await primary.PowerOnAsync();
    }

    public static async Task LoseTheStandbyAsync(Trial trial)
    {
        var standby = trial.Cluster.OtherThan(await trial.Cluster.PrimaryAsync());
        await standby.PowerOffAsync();
        await trial.WritesComeAsync();
        await standby.PowerOnAsync();
    }

    public static async Task CutANodeFromTheDatabasesAsync(Trial trial)
    {
        var node = trial.Cluster.Nodes[0];
        foreach (var database in trial.Cluster.Databases) await node.CutFromAsync(database);
        await trial.IsReadyAsync(node, ready: false);
        await trial.WritesComeAsync();
        foreach (var database in trial.Cluster.Databases) await node.JoinWithAsync(database);
    }

    public static async Task CutThePrimaryFromEtcdAsync(Trial trial)
    {
        var primary = await trial.Cluster.PrimaryAsync();
        await primary.CutFromAsync(trial.Cluster.Etcd);
        await trial.IsPrimaryAsync(trial.Cluster.OtherThan(primary));
        await trial.WritesComeAsync();
        await primary.JoinWithAsync(trial.Cluster.Etcd);
    }

    public static async Task KillEachNodeAsync(Trial trial)
    {
        foreach (var node in trial.Cluster.Nodes)
        {
            await node.KillServiceAsync();
            await trial.WritesComeAsync();
            await node.RestartServiceAsync();
            await trial.IsReadyAsync(node, ready: true);
        }
    }

    public static async Task FillThePrimarysDiskAsync(Trial trial)
    {
        var primary = await trial.Cluster.PrimaryAsync();
        await using (var connection = await Cluster.ConnectAsync(primary, "handstamp"))
        {
            await primary.FillDiskAsync();
            await WriteUntilItFailsAsync(connection);
        }
        // Patroni does not let the standby take over: it starts the full one again and again.
        foreach (var node in trial.Cluster.Nodes) await trial.IsReadyAsync(node, ready: false);
        primary.FreeDisk();
    }

    public static async Task PauseThePrimaryAsync(Trial trial)
    {
        var primary = await trial.Cluster.PrimaryAsync();
        await primary.PauseAsync();
        await trial.PauseAsync();
        await primary.ResumeAsync();
    }

    public static async Task PauseANodeAsync(Trial trial)
    {
        var node = trial.Cluster.Nodes[0];
        await node.PauseAsync();
        await trial.PauseAsync();
        await node.ResumeAsync();
    }

    /// <summary>
    /// Starts new files of the primary's log until there is no space for another, which happens sooner on a busier
    /// primary.
    /// </summary>
    static async Task WriteUntilItFailsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT pg_logical_emit_message(false, 'full', 'disk'), pg_switch_wal()", connection);
        try
        {
            while (true) await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // It has crashed.
        }
    }
}
