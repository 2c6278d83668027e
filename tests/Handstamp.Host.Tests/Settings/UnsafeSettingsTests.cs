using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Settings;

/// <summary>What <c>check-config</c> says of settings that are valid, and of files, that make the service unsafe.</summary>
public sealed class UnsafeSettingsTests : IDisposable
{
    readonly Installation _here = new();

    [Fact]
    public async Task Safe_settings_give_no_warning() => Assert.Empty(FindingsOf(await SafeAsync()));

    [Theory]
    [InlineData("--environment Development", "warning", "--environment")]
    [InlineData("--Issuer=http://auth.example.com", "warning", "Issuer")]
    [InlineData("--urls http://0.0.0.0:5110", "warning", "Urls")]
    [InlineData("--Mail:Server=smtp://localhost --Mail:From=a@example.com", "warning", "Issuer")]
    [InlineData("--Mail:UserName=handstamp", "warning", "Mail:Password")]
    [InlineData("--Mail:UserName=handstamp --Mail:Password=secret", "warning", "Mail:Password")]
    [InlineData("--Mail:Directory=mails --Mail:From=a@example.com --Pages:Enabled=false", "warning", "Accounts:ResetUrl")]
    [InlineData("--urls http://*:5110 --Issuer=http://localhost:5110", "warning", "Urls")]
    [InlineData("--Audience=https://api.example.com", "warning", "Audience")]
    [InlineData("--Sessions:AccessTokenLifetime=00:16:00", "warning", "Sessions:AccessTokenLifetime")]
    [InlineData("--Sessions:AllowRefreshTokenInQuery=true", "warning", "Sessions:AllowRefreshTokenInQuery")]
    [InlineData("--Sessions:RetryWindow=0", "note", "Sessions:RetryWindow")]
    [InlineData("--Sessions:LateRetry=refuse", "note", "Sessions:LateRetry")]
    [InlineData("--Sessions:LateRetryLimit=1", "note", "Sessions:LateRetryLimit")]
    [InlineData("--Sessions:SuspectedSharing=end", "note", "Sessions:SuspectedSharing")]
    [InlineData("--Accounts:Registration=open", "warning", "Accounts:Registration")]
    [InlineData("--Accounts:Hashing:Passes=1 --Accounts:Hashing:MemoryKiB=36000", "warning", "Accounts:Hashing")]
    [InlineData("--Accounts:Password:MinLength=14", "note", "Accounts:Password:MinLength")]
    [InlineData("--Cookie:SameSite=None", "warning", "Cookie:SameSite")]
    [InlineData("--Cookie:Domain=example.com", "warning", "Cookie:Domain")]
    [InlineData("--Cors:AllowedOrigins=https://app.example.com,http://old.example.com", "warning", "Cors:AllowedOrigins")]
    [InlineData("--Issuer=https://auth.example.com", "warning", "Proxy:Networks")]
    [InlineData("--Proxy:Networks=10.0.0.0/8,0.0.0.0/0", "warning", "Proxy:Networks")]
    [InlineData("--Proxy:Networks=::/0", "warning", "Proxy:Networks")]
    [InlineData("--Proxy:Networks=0.0.0.0/1,128.0.0.0/1", "warning", "Proxy:Networks")]
    [InlineData("--Proxy:Networks=2000::/3", "warning", "Proxy:Networks")]
    [InlineData("--Proxy:Networks=::ffff:0:0/96", "warning", "Proxy:Networks")]
    [InlineData("--Keys:MasterKey=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=", "warning", "Keys:MasterKey")]
    [InlineData("--Storage:Provider=postgres --Storage:ConnectionString=Host=127.0.0.1;Database=handstamp;Password=x", "warning", "Storage:ConnectionString")]
    [InlineData("--Telemetry:Prometheus=true --urls http://0.0.0.0:5110", "warning", "Telemetry:Prometheus")]
    [InlineData("--Telemetry:Prometheus=true --Issuer=https://auth.example.com", "warning", "Telemetry:Prometheus")]
    [InlineData("--Storage:Provider=postgres --Storage:ConnectionString=Host=db.example.com;Database=handstamp", "warning", "Storage:ConnectionString")]
    [InlineData("--Storage:Provider=postgres --Storage:ConnectionString=postgres://db.example.com/handstamp?sslmode=disable", "warning", "Storage:ConnectionString")]
    [InlineData("--Storage:Provider=postgres --Storage:ConnectionString=Host=127.0.0.1;Database=handstamp;RequireAuth=Password", "warning", "Storage:ConnectionString")]
    [InlineData("--FormerSystem:PasswordUrl=https://old.example.com --FormerSystem:Secret=0123456789abcdef", "note", "FormerSystem:Until")]
    [InlineData("--FormerSystem:PasswordUrl=https://old.example.com --FormerSystem:Secret=0123456789abcdef", "warning", "FormerSystem:Secret")]
    [InlineData("--FormerSystem:PasswordUrl=https://old.example.com --FormerSystem:Secret=0123456789abcdef --FormerSystem:Until=2026-01-01", "warning", "FormerSystem:Until")]
    public async Task An_unsafe_setting_is_named(string line, string level, string key)
    {
        Assert.DoesNotContain((level, key), FindingsOf(await SafeAsync()));

        Assert.Contains((level, key), FindingsOf(await CheckAsync(line.Split(' '))));
    }

    [Theory]
    [InlineData("644", "warning")]
    [InlineData("602", "warning")]
    [InlineData("440", "note")]
    [InlineData("400", null)]
    public async Task A_master_key_file_that_others_can_use_is_named(string mode, string? level)
    {
        var file = _here.Write("secret", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32(mode, 8));
        // The mode with which Kubernetes mounts it.
        File.CreateSymbolicLink(_here.File("link"), file);
        File.CreateSymbolicLink(_here.File("master.key"), file);

        foreach (var arguments in (string[][])[[], ["--Keys:MasterKeyFile", _here.File("link")]])
        {
            var findings = FindingsOf(await CheckAsync(arguments)).Where(finding => finding.Item2 == "Keys:MasterKeyFile");
            Assert.Equal(level, findings.SingleOrDefault().Item1);
        }
    }

    [Theory]
    [InlineData("", 777, "warning")]
    [InlineData("", 770, "note")]
    [InlineData("", 755, null)]
    [InlineData("handstamp.db", 666, "warning")]
    [InlineData("handstamp.db", 604, "warning")]
    [InlineData("handstamp.db", 640, "note")]
    [InlineData("handstamp.db", 600, null)]
    public async Task Data_that_others_can_use_is_named(string name, int mode, string? level)
    {
        await _here.AddAccountAsync();
        _here.SetMode("", 755);
        _here.SetMode(name, mode);

        var findings = FindingsOf(await CheckAsync()).Where(finding => finding.Item2 == "Storage:DataDirectory");

        Assert.Equal(level, findings.SingleOrDefault().Item1);
    }

    [Theory]
    [InlineData(644, 755, "warning")]
    [InlineData(640, 755, "note")]
    [InlineData(600, 755, null)]
    // Nobody else can enter the directory.
    [InlineData(644, 700, null)]
    public async Task A_settings_file_with_a_secret_that_others_can_read_is_named(int mode, int ofDirectory, string? level)
    {
        _here.Write("handstamp.json", """{ "Mail": { "Server": "smtp://localhost", "From": "a@example.com", "UserName": "a", "Password": "secret" } }""");
        _here.SetMode("handstamp.json", mode);
        _here.SetMode("", ofDirectory);

        var findings = FindingsOf(await CheckAsync()).Where(finding => finding.Item2 == "Mail:Password");

        Assert.Equal(level, findings.SingleOrDefault().Item1);
    }

    [Fact]
    public async Task A_settings_file_without_a_secret_may_be_read_by_everyone()
    {
        _here.Write("handstamp.json", """{ "Storage": { "Provider": "postgres", "ConnectionString": "Host=127.0.0.1;Database=handstamp" } }""");
        _here.SetMode("", 755);

        Assert.DoesNotContain(FindingsOf(await CheckAsync()), finding => finding.Item2 == "Storage:ConnectionString");
    }

    [Fact]
    public async Task A_secret_that_no_other_user_can_read_is_not_reported()
    {
        var file = _here.Write("handstamp.json", """
            { "Storage": { "Provider": "postgres", "ConnectionString": "Host=127.0.0.1;Database=handstamp;Password=x" } }
            """);
        var variables = new Dictionary<string, string> { ["HANDSTAMP_MASTER_KEY"] = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=" };

        var findings = FindingsOf(await CheckAsync(new CommandCall(["--config", file], Environment: variables)));

        Assert.DoesNotContain(findings, finding => finding.Item2 is "Keys:MasterKey" or "Storage:ConnectionString");
    }

    public void Dispose() => _here.Dispose();

    Task<JsonElement> SafeAsync() => CheckAsync(
        "--urls", "http://0.0.0.0:5110", "--Issuer=https://auth.example.com", "--Accounts:Registration=closed",
        "--Accounts:Password:MinLength=15", "--Proxy:Networks=10.0.0.0/8,172.16.0.0/12,192.0.2.7,fd00::/8,2001:db8::/32",
        "--Cors:AllowedOrigins=https://app.example.com,http://localhost:3000");

    Task<JsonElement> CheckAsync(params string[] arguments) => CheckAsync(new CommandCall(arguments));

    Task<JsonElement> CheckAsync(CommandCall call) =>
        _here.AskAsync(call with { Arguments = ["check-config", .. call.Arguments] });

    static IEnumerable<(string?, string?)> FindingsOf(JsonElement report) => report
        .GetProperty("findings").EnumerateArray()
        .Select(finding => (finding.GetProperty("level").GetString(), finding.GetProperty("key").GetString()));
}
