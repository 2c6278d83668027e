using System.Text.Json.Nodes;
using Handstamp.TestBed;

namespace Handstamp.Packages;

/// <summary>
/// A container of the image, as compose.yaml and the manifests of Kubernetes have it: the root cannot be written, no capability,
/// and a volume for the data. It is on this machine's network. crun runs it, without a daemon.
/// </summary>
public sealed class Container : IAsyncDisposable
{
    // crun wants the second version of control groups, which not every machine has mounted.
    const string WithControlGroups = "mount -t cgroup2 none /sys/fs/cgroup && exec crun --root \"$0\" \"$@\"";
    const string Volume = "/var/lib/handstamp";

    readonly TempDirectory _directory = new();
    ListeningProcess? _service;

    Container()
    {
    }

    public string Root => $"{Bundle}/rootfs";

    public string Data => _directory.File("data");

    /// <summary>The image's own configuration.</summary>
    public JsonObject Configuration { get; private set; } = [];

    string Bundle => _directory.File("bundle");

    public static async Task<Container> CreateAsync(string image)
    {
        var container = new Container();
        var layout = Directory.CreateDirectory(container._directory.File("layout")).FullName;
        await DebianMachine.SucceedsAsync("tar", "-xf", image, "-C", layout);
        container.Configuration = Read($"{layout}/{Read($"{layout}/manifest.json")[0]!["Config"]}").AsObject();
        var tag = (string)Read($"{layout}/index.json")["manifests"]![0]!["annotations"]!["org.opencontainers.image.ref.name"]!;
        await DebianMachine.SucceedsAsync("umoci", "unpack", "--image", $"{layout}:{tag}", container.Bundle);
        await DebianMachine.SucceedsAsync("install", "-d", "-m", "700", "-o", container.User, "-g", container.User, container.Data);
        return container;
    }

    public string User => ((string)Configuration["config"]![nameof(User)]!).Split(':')[0];

    /// <summary>Starts the image's own command, with these variables.</summary>
    public async Task<ListeningProcess> ServeAsync(params string[] variables)
    {
        var file = $"{Bundle}/config.json";
        var settings = Read(file);
        var process = settings["process"]!;
        settings["root"]!["readonly"] = true;
        process["terminal"] = false;
        process["capabilities"] = new JsonObject();
        foreach (var variable in variables) process["env"]!.AsArray().Add(variable);
        // The first needs a right that a build machine may not have. The second would separate the network.
        process.AsObject().Remove("rlimits");
        var linux = settings["linux"]!;
        linux.AsObject().Remove("resources");
        linux["namespaces"]!.AsArray().RemoveAll(space => (string)space!["type"]! == "network");
        var mounts = settings["mounts"]!.AsArray();
        mounts.RemoveAll(mount => (string)mount!["destination"]! == Volume);
        mounts.Add(new JsonObject { ["destination"] = Volume, ["type"] = "bind", ["source"] = Data, ["options"] = new JsonArray("rbind", "rw") });
        File.WriteAllText(file, settings.ToJsonString());
        return _service = await ListeningProcess.StartAsync("unshare", new CommandCall(Crun("run", "--bundle", Bundle, Id)));
    }

    /// <summary>Runs a command in the running container, as <c>docker exec</c> does.</summary>
    public Task<CommandResult> ExecuteAsync(string input, params string[] command) =>
        CommandResult.OfAsync("unshare", new CommandCall(Crun(["exec", "--user", $"{User}:{User}", Id, .. command]), Input: input));

    public async ValueTask DisposeAsync()
    {
        // First the container: if crun itself is killed, the container goes on, with the same output.
        await CommandResult.OfAsync("unshare", new CommandCall(Crun("delete", "--force", Id)));
        if (_service is not null) await _service.DisposeAsync();
        _directory.Dispose();
    }

    string Id => Path.GetFileName(_directory.Path);

    string[] Crun(params string[] arguments) => ["--mount", "sh", "-c", WithControlGroups, _directory.File("crun"), .. arguments];

    static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(file))!;
}
