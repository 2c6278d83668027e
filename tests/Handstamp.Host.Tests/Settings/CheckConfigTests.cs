using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Settings;

/// <summary>The sources of settings, and the faults in them, as <c>check-config</c> reports them.</summary>
public sealed class CheckConfigTests : IDisposable
{
    const string Window = "Sessions:RetryWindow";

    readonly Installation _here = new();

    [Fact]
    public async Task The_defaults_are_valid()
    {
        var report = await CheckAsync();

        Assert.Equal("Production", report.GetProperty("environment").GetString());
        Assert.Equal(("00:00:30", null), ValueOf(report, Window));
        Assert.Equal(("http://127.0.0.1:5110", null), ValueOf(report, "Issuer"));
        Assert.Equal((_here.Data, "--data"), ValueOf(report, "Storage:DataDirectory"));
    }

    [Fact]
    public async Task A_provider_has_settings_under_its_name_and_its_secret_is_not_shown()
    {
        var file = _here.Write("handstamp.json", """
            { "ExternalLogins": { "google": { "ClientId": "web" }, "corp": { "Issuer": "https://login.corp.example", "ClientId": "id",
              "RedirectUris": ["https://app.example.com/a", "https://app.example.com/b"] } } }
            """);
        var variables = new Dictionary<string, string>
        {
            ["HANDSTAMP_ExternalLogins__google__ClientSecret"] = "canary-1",
            ["HANDSTAMP_ExternalLogins__corp__ClientSecret"] = "canary-2",
        };

        var report = await CheckAsync(new CommandCall([], Environment: variables));

        Assert.Equal(("web", file), ValueOf(report, "ExternalLogins:google:ClientId"));
        Assert.Equal(("(secret)", "The environment variable HANDSTAMP_ExternalLogins__corp__ClientSecret"), ValueOf(report, "ExternalLogins:corp:ClientSecret"));
        Assert.Equal("https://app.example.com/a,https://app.example.com/b", ValueOf(report, "ExternalLogins:corp:RedirectUris").Value);
        Assert.Equal("true", ValueOf(report, "ExternalLogins:corp:TrustEmail").Value);
        Assert.DoesNotContain("canary", report.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("NAME", report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--ExternalLogins:corp:ClientID2=a", "unknown setting 'ExternalLogins:corp:ClientID2'")]
    [InlineData("--ExternalLogins:corp=a", "'ExternalLogins:corp' is a section, not a setting.")]
    [InlineData("--ExternalLogins:corp:Kind=yahoo", "ExternalLogins:corp:Kind is 'yahoo'; it has to be oidc or google")]
    [InlineData("--ExternalLogins:Corp:ClientId=a", "ExternalLogins:Corp: the name of a provider has to be")]
    [InlineData("--ExternalLogins:corp:ClientId=a", "ExternalLogins:corp:Issuer is ''")]
    public async Task What_is_wrong_with_a_provider_is_named(string argument, string message) =>
        Assert.Contains(message, await RefusalAsync(argument));

    [Fact]
    public async Task Nothing_is_made_by_a_check()
    {
        await CheckAsync();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_here.Data));
    }

    [Fact]
    public async Task The_command_line_overrides_the_environment_and_the_environment_overrides_the_file()
    {
        var file = _here.Write("handstamp.json", """{ "Sessions": { "RetryWindow": "00:00:01" } }""");
        var variables = new Dictionary<string, string> { ["HANDSTAMP_Sessions__RetryWindow"] = "00:00:02" };

        Assert.Equal(("00:00:01", file), ValueOf(await CheckAsync(), Window));
        Assert.Equal(("00:00:02", "The environment variable HANDSTAMP_Sessions__RetryWindow"),
            ValueOf(await CheckAsync(new CommandCall([], Environment: variables)), Window));
        Assert.Equal(("00:00:03", "--Sessions:RetryWindow"),
            ValueOf(await CheckAsync(new CommandCall(["--Sessions:RetryWindow=00:00:03"], Environment: variables)), Window));
        Assert.Equal(("00:00:04", "--sessions:retrywindow"),
            ValueOf(await CheckAsync("--sessions:retrywindow", "00:00:04"), Window));
    }

    [Fact]
    public async Task A_time_is_understood_in_each_source_and_shown_in_one_form()
    {
        _here.Write("handstamp.json", """{ "Sessions": { "IdleLifetime": "2d" } }""");
        var variables = new Dictionary<string, string> { ["HANDSTAMP_Sessions__RetryWindow"] = "15s" };

        var report = await CheckAsync(new CommandCall(["--Sessions:Retention=36h", "--Shutdown:Timeout=1m30s"], Environment: variables));

        Assert.Equal("2.00:00:00", ValueOf(report, "Sessions:IdleLifetime").Value);
        Assert.Equal("00:00:15", ValueOf(report, Window).Value);
        Assert.Equal("1.12:00:00", ValueOf(report, "Sessions:Retention").Value);
        Assert.Equal("00:01:30", ValueOf(report, "Shutdown:Timeout").Value);
    }

    [Fact]
    public async Task A_port_of_Kubernetes_is_no_setting_and_another_one_is_refused()
    {
        Dictionary<string, string> Variables(string port) => new() { ["HANDSTAMP_PORT"] = port, ["HANDSTAMP_PORT_80_TCP_ADDR"] = "10.96.0.7" };

        Assert.Equal(0, (await _here.RunAsync(new CommandCall(["check-config"], Environment: Variables("tcp://10.96.0.7:80")))).ExitCode);
        Assert.Contains(
            "The environment variable HANDSTAMP_PORT: unknown setting 'PORT'.", (await _here.RunAsync(new CommandCall(["check-config"], Environment: Variables("5110")))).Error);
    }

    [Theory]
    [InlineData("HANDSTAMP_MASTER_KEY", "short", "HANDSTAMP_MASTER_KEY does not contain a master key. It has to be 32 random bytes")]
    [InlineData("HANDSTAMP_MASTER_KEY", "", "HANDSTAMP_MASTER_KEY does not contain a master key.")]
    [InlineData("HANDSTAMP_Keys__MasterKeyFile", "/nonexistent", "Cannot read the master key file /nonexistent")]
    [InlineData("HANDSTAMP_Keys__MasterKeyFile", "/dev/null", "/dev/null does not contain a master key.")]
    public async Task An_invalid_master_key_is_reported(string variable, string value, string expected)
    {
        var variables = new Dictionary<string, string> { [variable] = value };

        var result = await _here.RunAsync(new CommandCall(["check-config"], Environment: variables));

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error);
        Assert.DoesNotContain("short", result.Error);
    }

    [Fact]
    public async Task A_named_file_is_read_instead_of_the_one_in_the_data_directory()
    {
        _here.Write("handstamp.json", """{ "Issuer": "https://wrong.example.com" }""");
        var named = _here.Write("other.json", """
            // The public address.
            { "Issuer": "https://auth.example.com", }
            """);

        Assert.Equal(("https://auth.example.com", named), ValueOf(await CheckAsync("--config", named), "Issuer"));
    }

    [Fact]
    public async Task A_named_file_must_exist() =>
        Assert.Contains("Cannot read the settings file", await RefusalAsync("--config", _here.File("none.json")));

    [Fact]
    public async Task A_directory_is_no_settings_file() =>
        Assert.Contains($"Cannot read the settings file: {_here.Data} is a directory.", await RefusalAsync("--config", _here.Data));

    [Fact]
    public async Task A_list_replaces_the_list_of_a_lower_source()
    {
        const string Key = "Cors:AllowedOrigins";
        _here.Write("handstamp.json", """{ "Cors": { "AllowedOrigins": ["https://a.example", "https://b.example"] } }""");

        Assert.Equal("https://a.example,https://b.example", ValueOf(await CheckAsync(), Key).Value);
        Assert.Equal("https://c.example", ValueOf(await CheckAsync($"--{Key}=https://c.example"), Key).Value);
    }

    [Theory]
    [InlineData("""{ "Sessions": { "RetyWindow": "0" } }""", "unknown setting 'Sessions:RetyWindow'. Did you mean 'Sessions:RetryWindow'?")]
    [InlineData("""{ "Sesions": { "RetryWindow": "0" } }""", "unknown setting 'Sesions'. Did you mean 'Sessions'?")]
    [InlineData("""{ "RetryWindow": "0" }""", "unknown setting 'RetryWindow'. Did you mean 'Sessions:RetryWindow'?")]
    [InlineData("""{ "Kestrel": { "Endpoints": {} } }""", "unknown setting 'Kestrel'.")]
    [InlineData("""{ "Sessions": 5 }""", "'Sessions' is a section, not a setting.")]
    [InlineData("""{ "Sessions": null }""", "'Sessions' is a section, not a setting.")]
    [InlineData("""{ "Sessions": { "RetryWindow": null } }""", "Sessions:RetryWindow has to be a time")]
    [InlineData("""{ "Sessions": { "RetryWindow": {} } }""", "Sessions:RetryWindow has to be a time")]
    [InlineData("""{ "Sessions": { "RetryWindow": 30 } }""", "Sessions:RetryWindow is '30'; it has to be a time")]
    [InlineData("""{ "Sessions": { "LateRetry": "maybe" } }""", "is 'maybe'; it has to be accept or refuse.")]
    [InlineData("""{ "Sessions": { "AllowRefreshTokenInQuery": 1 } }""", "is '1'; it has to be true or false.")]
    [InlineData("""{ "Accounts": { "Password": { "MinLength": 8.5 } } }""", "is '8.5'; it has to be a whole number.")]
    [InlineData("""{ "Cors": { "AllowedOrigins": [1] } }""", "Cors:AllowedOrigins has to be a list.")]
    [InlineData("""{ "Issuer": ["https://a.example.com"] }""", "Issuer has to be a string.")]
    [InlineData("""{ "Issuer": "https://a.example", "issuer": "https://b.example" }""", "'issuer' is set twice.")]
    [InlineData("""{ "Sessions": {}, "Sessions": {} }""", "'Sessions' is set twice.")]
    [InlineData("[]", "must contain one JSON object.")]
    [InlineData("", "is not valid JSON, in line 1: The input does not contain any JSON tokens.")]
    [InlineData("// Nothing yet.", "is not valid JSON, in line 1: The input does not contain any JSON tokens.")]
    [InlineData("{", "is not valid JSON, in line 1: ")]
    [InlineData("{\n\"Issuer\": x }", "is not valid JSON, in line 2: 'x' is an invalid start of a value.")]
    public async Task A_fault_in_the_file_is_named(string json, string expected)
    {
        var file = _here.Write("handstamp.json", json);

        var error = await RefusalAsync();

        Assert.Contains(expected, error);
        Assert.Contains(file, error);
        Assert.DoesNotContain("LineNumber", error);
        Assert.DoesNotContain("isFinalBlock", error);
    }

    [Theory]
    [InlineData("HANDSTAMP_Sessions__RetyWindow", "unknown setting 'Sessions:RetyWindow'. Did you mean 'Sessions:RetryWindow'?")]
    [InlineData("HANDSTAMP_Keys__SigningLifetime", "Keys:SigningLifetime is 'x'; it has to be a time")]
    public async Task A_fault_in_the_environment_is_named(string variable, string expected)
    {
        var variables = new Dictionary<string, string> { [variable] = "x" };

        var result = await _here.RunAsync(new CommandCall(["check-config"], Environment: variables));

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"The environment variable {variable}: ", result.Error);
        Assert.Contains(expected, result.Error);
    }

    [Theory]
    [InlineData("--Sessions:RetyWindow=0", "unknown setting 'Sessions:RetyWindow'. Did you mean 'Sessions:RetryWindow'?")]
    [InlineData("--Sessions:RetryWindow", "--Sessions:RetryWindow needs a value.")]
    [InlineData("--Sessions:RetryWindow=0 --Sessions:RetryWindow=0", "'Sessions:RetryWindow' is set twice.")]
    [InlineData("--urls http://127.0.0.1:1 --Urls=http://127.0.0.1:2", "'Urls' is set twice.")]
    [InlineData("--dta x", "Did you mean 'data'?")]
    [InlineData("word", "Unexpected argument 'word'.")]
    [InlineData("--Issuer=https://auth.example.com/", "Issuer is 'https://auth.example.com/'")]
    [InlineData("--Sessions:RetryWindow=01:00:00", "Sessions:RetryWindow is 01:00:00; it has to be between")]
    [InlineData("--urls https://127.0.0.1:1", "For https, put a proxy in front of the service.")]
    [InlineData("--urls http://name:1", "Urls contains 'http://name:1'")]
    [InlineData("--urls ;", "Urls is empty")]
    [InlineData("--Proxy:Networks=127.0.0.1,proxy", "Proxy:Networks contains 'proxy', which is neither an address nor a network")]
    [InlineData("--Proxy:Networks=::ffff:10.0.0.0/8", "Proxy:Networks contains '::ffff:10.0.0.0/8', which is larger than IPv4: ")]
    [InlineData("--Telemetry:OtlpEndpoint=nowhere", "Telemetry:OtlpEndpoint is 'nowhere'")]
    [InlineData("--Connections:PerNetwork=0", "Connections:PerNetwork is 0; it has to be between 1 and 10000")]
    [InlineData("--Shutdown:Timeout=01:00:00", "Shutdown:Timeout is 01:00:00; it has to be between")]
    [InlineData("--Storage:ConnectionString=Mode=Memory", "Storage:ConnectionString:")]
    [InlineData("--Storage:ConnectionString=:memory:", "Storage:ConnectionString: The SQLite database has to be a file.\n")]
    [InlineData("--Sessions:IdleLifetime=48:00:00", "with at most 23 hours before a colon")]
    [InlineData("--Shutdown:Timeout=24:00:00", "with at most 23 hours before a colon")]
    public async Task A_fault_on_the_command_line_is_named(string line, string expected) =>
        Assert.Contains(expected, await RefusalAsync(line.Split(' ')));

    [Fact]
    public async Task All_faults_are_reported_at_once()
    {
        var result = await _here.RunAsync("check-config", "--json", "--Isuer=x", "--Cors:AllowedOrigins=a", "--nonsense=1");

        var report = JsonElement.Parse(result.Output);
        Assert.Equal(1, result.ExitCode);
        Assert.False(report.GetProperty("valid").GetBoolean());
        Assert.Equal(2, report.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task Secrets_are_not_shown()
    {
        const string Secret = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=";
        var variables = new Dictionary<string, string> { ["HANDSTAMP_MASTER_KEY"] = Secret };

        var result = await _here.RunAsync(new CommandCall(["check-config"], Environment: variables));

        Assert.Matches(@"Keys:MasterKey +\(secret\) +The environment variable HANDSTAMP_MASTER_KEY", result.Output);
        Assert.DoesNotContain(Secret, result.Output);
    }

    [Theory]
    [InlineData("sqlite", "postgres://ada:hunter2@db.example.com/handstamp")]
    [InlineData("sqlite", "Host=db.example.com;Password=hunter2")]
    [InlineData("sqlite", "hunter2=hunter2")]
    [InlineData("postgres", "postgres://ada:hunter2@db.example.com/handstamp?sslmod=require")]
    [InlineData("postgres", "postgres://ada:hunter2/@db.example.com/handstamp")]
    [InlineData("postgres", "mysql://ada:hunter2@db.example.com/handstamp")]
    [InlineData("postgres", "Host=postgres://ada:hunter2@db.example.com/handstamp;Database=handstamp")]
    [InlineData("postgres", "Host=db.example.com;Database=handstamp;Password=a;hunter2=b")]
    [InlineData("postgres", "Host=db.example.com;Database=handstamp;Password=a;hunter2")]
    [InlineData("postgres", "Host=db.example.com;Database=handstamp;Port=hunter2")]
    public async Task The_password_in_a_refused_connection_string_is_shown_nowhere(string provider, string connectionString)
    {
        foreach (var command in (string[])["check-config", "serve"])
        {
            var result = await _here.RunAsync(command, $"--Storage:Provider={provider}", $"--Storage:ConnectionString={connectionString}",
                "--urls", "http://127.0.0.1:0");

            Assert.Equal(1, result.ExitCode);
            Assert.StartsWith("Storage:ConnectionString: ", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", result.Output + result.Error, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("https://ada:hunter2@auth.example.com")]
    [InlineData("ada:hunter2@auth.example.com")]
    public async Task The_password_in_a_refused_issuer_is_shown_nowhere(string issuer)
    {
        foreach (var command in (string[])["check-config", "serve"])
        {
            var result = await _here.RunAsync(command, $"--Issuer={issuer}", "--urls", "http://127.0.0.1:0");

            Assert.Equal(1, result.ExitCode);
            Assert.StartsWith("Issuer has to be an http or https address", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", result.Output + result.Error, StringComparison.OrdinalIgnoreCase);
        }
    }

    public void Dispose() => _here.Dispose();

    Task<JsonElement> CheckAsync(params string[] arguments) => CheckAsync(new CommandCall(arguments));

    Task<JsonElement> CheckAsync(CommandCall call) =>
        _here.AskAsync(call with { Arguments = ["check-config", .. call.Arguments] });

    Task<string> RefusalAsync(params string[] arguments) => _here.FailAsync(1, ["check-config", .. arguments]);

    static (string? Value, string? Origin) ValueOf(JsonElement report, string key)
    {
        var settings = report.GetProperty("settings").EnumerateArray();
        var setting = settings.Single(setting => setting.GetProperty("key").GetString() == key);
        return (setting.GetProperty("value").GetString(), setting.GetProperty("origin").GetString());
    }
}
