using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Packages;

public sealed class ContainerImageTests(ReleasedFiles released)
{
    const string Account = "ada@example.com";
    const string Program = "/usr/bin/handstamp";
    const long MostBytes = 60_000_000;

    [Fact]
    public async Task A_container_without_a_writable_root_and_without_rights_serves_a_login()
    {
        await using var container = await Container.CreateAsync(released.Image);
        var service = await container.ServeAsync($"HANDSTAMP_Urls=http://127.0.0.1:{ServerPort.Find()}");
        using var client = new HandstampClient(service.Address);

        var added = await container.ExecuteAsync(HandstampClient.Password + "\n", Program, "user", "add", Account, "--password", "-");
        Assert.Equal((0, ""), (added.ExitCode, added.Error));
        await client.LoginAsync(Account);

        Assert.Equal(container.User, (await DebianMachine.SucceedsAsync("stat", "--format=%u", $"{container.Data}/handstamp.db")).Trim());
        Assert.NotEqual("0", container.User);
        Assert.Equal(0, await service.StopAsync());
    }

    [Fact]
    public async Task The_health_check_of_the_image_says_whether_the_service_is_ready()
    {
        await using var container = await Container.CreateAsync(released.Image);
        string[] check = [.. container.Configuration["config"]!["Healthcheck"]!["Test"]!.AsArray().Select(word => (string)word!)];
        Assert.Equal("CMD", check[0]);
        var service = await container.ServeAsync($"HANDSTAMP_Urls=http://127.0.0.1:{ServerPort.Find()}");

        Assert.Equal(0, (await container.ExecuteAsync("", check[1..])).ExitCode);

        Assert.Equal(1, (await container.ExecuteAsync("", [.. check[1..], "--urls", $"http://127.0.0.1:{ServerPort.Find()}"])).ExitCode);
    }

    [Fact]
    public async Task A_container_beside_a_service_of_Kubernetes_called_handstamp_starts()
    {
        await using var container = await Container.CreateAsync(released.Image);

        var service = await container.ServeAsync(
            $"HANDSTAMP_Urls=http://127.0.0.1:{ServerPort.Find()}", "HANDSTAMP_SERVICE_HOST=10.96.0.7", "HANDSTAMP_SERVICE_PORT=80", "HANDSTAMP_SERVICE_PORT_HTTP=80",
            "HANDSTAMP_PORT=tcp://10.96.0.7:80", "HANDSTAMP_PORT_80_TCP=tcp://10.96.0.7:80", "HANDSTAMP_PORT_80_TCP_PROTO=tcp", "HANDSTAMP_PORT_80_TCP_PORT=80",
            "HANDSTAMP_PORT_80_TCP_ADDR=10.96.0.7");

        Assert.Equal(0, await service.StopAsync());
    }

    [Fact]
    public async Task The_image_listens_on_IPv4_and_IPv6()
    {
        await using var container = await Container.CreateAsync(released.Image);
        var port = ServerPort.Find();
        var urls = container.Configuration["config"]!["Env"]!.AsArray().Select(variable => (string)variable!).Single(variable => variable.StartsWith("HANDSTAMP_Urls=", StringComparison.Ordinal));
        await container.ServeAsync(urls.Replace("5110", $"{port}", StringComparison.Ordinal));
        using var http = new HttpClient();

        foreach (var address in Socket.OSSupportsIPv6 ? (string[])["127.0.0.1", "[::1]"] : ["127.0.0.1"])
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri($"http://{address}:{port}/health/ready"))).StatusCode);
    }

    [Fact]
    public async Task The_image_has_the_executable_and_what_it_needs_and_nothing_else()
    {
        await using var container = await Container.CreateAsync(released.Image);

        var files = Directory.EnumerateFiles(container.Root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(container.Root, file)).Where(file => !file.StartsWith("usr/share/doc/", StringComparison.Ordinal));

        Assert.Equal(
            [
                "etc/group", "etc/passwd", "etc/ssl/certs/ca-certificates.crt", "lib/x86_64-linux-gnu/libc.so.6",
                "lib/x86_64-linux-gnu/libcrypto.so.3", "lib/x86_64-linux-gnu/libm.so.6", "lib/x86_64-linux-gnu/libssl.so.3",
                "lib64/ld-linux-x86-64.so.2", "usr/bin/handstamp",
            ],
            files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_image_is_small() => Assert.InRange(new FileInfo(released.Image).Length, 1, MostBytes);

    [Fact]
    public async Task Two_images_of_one_executable_have_the_same_bytes()
    {
        var first = await DigestAsync(released.Image);

        // Whatever this user's files are like.
        var again = (await DebianMachine.SucceedsAsync("sh", "-c", """umask 077; LC_ALL=C exec "$0" "$1" """, Repository.PathOf("eng/release"), HandstampExecutable.Path))
            .Trim().Split('\n')[1];

        Assert.Equal(first, await DigestAsync(again));
    }

    [Theory]
    [InlineData("oci-archive")]
    [InlineData("docker-archive")]
    public async Task The_file_is_read_as_an_image_by_the_tools_of_Docker_and_of_OCI(string format)
    {
        var image = JsonElement.Parse(await DebianMachine.SucceedsAsync("skopeo", "inspect", "--config", $"{format}:{released.Image}"));

        Assert.Equal("/usr/bin/handstamp", image.GetProperty("config").GetProperty("Entrypoint")[0].GetString());
    }

    static async Task<string> DigestAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexString(await SHA256.HashDataAsync(stream));
    }
}
