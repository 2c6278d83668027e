using System.Net;
using System.Net.Sockets;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Serve;

/// <summary>Faults that stop a start, each reported in one sentence.</summary>
public sealed class StartTests : IDisposable
{
    readonly Installation _here = new();

    [Fact]
    public async Task A_port_in_use_is_reported()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var error = await RefusalAsync("--urls", $"http://{taken.LocalEndpoint}");

        Assert.StartsWith($"Cannot listen on http://{taken.LocalEndpoint}: another program uses this port.", error);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_reported() =>
        Assert.StartsWith(
            "Cannot listen on http://192.0.2.1:5110:", await RefusalAsync("--urls", "http://192.0.2.1:5110"));

    [Fact]
    public async Task An_unknown_setting_stops_the_start() =>
        Assert.Contains("Did you mean 'Sessions:RetryWindow'?", await _here.FailAsync(2, "serve", "--Sessions:RetryWindw=0"));

    [Fact]
    public async Task A_value_out_of_range_stops_the_start() =>
        Assert.Contains(
            "Sessions:AccessTokenLifetime is 00:00:29", await RefusalAsync("--Sessions:AccessTokenLifetime=00:00:29"));

    [Fact]
    public async Task An_invalid_collector_address_is_reported() =>
        Assert.StartsWith("Telemetry:OtlpEndpoint is 'nope'", await RefusalAsync("--Telemetry:OtlpEndpoint=nope"));

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_reported()
    {
        var file = _here.Write("file", "");

        var result = await HandstampExecutable.RunAsync(
            "serve", "--urls", "http://127.0.0.1:0", "--data", Path.Combine(file, "data"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(file, result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_missing_master_key_is_reported()
    {
        await StartOnceAsync();
        File.Delete(_here.File("master.key"));

        Assert.Contains("Restore the file from your backup", await RefusalAsync());
    }

    [Fact]
    public async Task A_wrong_master_key_is_reported()
    {
        await StartOnceAsync();
        _here.Write("master.key", Convert.ToBase64String(new byte[32]));

        Assert.Contains("master key", await RefusalAsync());
    }

    [Fact]
    public async Task A_master_key_behind_a_link_is_used_and_keeps_its_mode()
    {
        await StartOnceAsync();
        File.Move(_here.File("master.key"), _here.File("elsewhere"));
        _here.SetMode("elsewhere", 644);
        File.CreateSymbolicLink(_here.File("master.key"), _here.File("elsewhere"));

        Assert.Equal(0, (await _here.RunAsync("keys", "rotate")).ExitCode);

        Assert.Equal(644, _here.ModeOf("elsewhere"));
    }

    [Fact]
    public async Task A_file_that_is_no_master_key_keeps_its_mode()
    {
        await StartOnceAsync();
        _here.Write("master.key", "words");
        _here.SetMode("master.key", 644);

        Assert.Contains("does not contain a master key", await _here.FailAsync(1, "keys", "rotate"));

        Assert.Equal(644, _here.ModeOf("master.key"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_master_key_behind_a_link_that_leads_nowhere_is_reported(bool isNew)
    {
        if (!isNew) await StartOnceAsync();
        File.Delete(_here.File("master.key"));
        File.CreateSymbolicLink(_here.File("master.key"), _here.File("nowhere"));

        Assert.Contains("Cannot read the master key file", await RefusalAsync());
    }

    [Fact]
    public async Task An_invalid_master_key_is_reported()
    {
        var variables = new Dictionary<string, string> { ["HANDSTAMP_MASTER_KEY"] = "short" };

        var result = await _here.RunAsync(new CommandCall(["serve", "--urls", "http://127.0.0.1:0"], Environment: variables));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("HANDSTAMP_MASTER_KEY does not contain a master key.", result.Error);
        Assert.DoesNotContain("short", result.Error);
    }

    [Fact]
    public async Task Variables_and_files_of_the_framework_have_no_effect()
    {
        _here.Write("appsettings.json", """{ "Issuer": "https://wrong.example.com" }""");
        var variables = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:1",
            ["Sessions__RetryWindow"] = "x",
        };

        var call = new CommandCall([], Environment: variables);
        await using var service = await HandstampProcess.StartAsync(_here.Data, call);
        using var client = new HandstampClient(service.Address);

        var (_, discovery) = await client.GetAsync(".well-known/oauth-authorization-server");
        Assert.Equal(service.Address.ToString().TrimEnd('/'), discovery.GetProperty("issuer").GetString());
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("user", "list")]
    [InlineData("user", "add", "ada@example.com", "--generate")]
    public async Task Root_makes_no_files_in_the_directory_of_another_user(params string[] command)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a directory to somebody else.");
        await CommandResult.OfAsync("chown", new CommandCall(["65532", _here.Data]));

        Assert.EndsWith(
            "belongs to the user 65532, who cannot open files that root makes there. Run the command as that user: sudo -u '#65532' handstamp ….\n",
            await _here.FailAsync(1, command));
        Assert.Empty(Directory.GetFileSystemEntries(_here.Data));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("+")]
    public async Task A_service_that_listens_everywhere_is_localhost_unless_it_has_an_issuer(string host)
    {
        await using var service = await _here.ServeAsync("--urls", $"http://{host}:0");
        using var client = new HandstampClient(service.Address);

        var (_, discovery) = await client.GetAsync(".well-known/oauth-authorization-server");

        Assert.Equal($"http://localhost:{service.Address.Port}", discovery.GetProperty("issuer").GetString());
    }

    public void Dispose() => _here.Dispose();

    async Task StartOnceAsync()
    {
        await using var service = await _here.ServeAsync();
        await service.StopAsync();
    }

    async Task<string> RefusalAsync(params string[] arguments)
    {
        string[] place = arguments.Contains("--urls") ? [] : ["--urls", "http://127.0.0.1:0"];
        var result = await _here.RunAsync(["serve", .. place, .. arguments]);
        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain("   at ", result.Output + result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        return result.Error;
    }
}
