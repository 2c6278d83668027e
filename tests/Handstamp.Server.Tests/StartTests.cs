using System.Net;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests;

public sealed class StartTests : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("handstamp-test-");

    string MasterKeyFile => Path.Combine(_directory.FullName, "master.key");

    public void Dispose() => _directory.Delete(recursive: true);

    Task<HandstampApp> StartAsync(Dictionary<string, string?>? settings = null) =>
        HandstampApp.StartAsync(settings, _directory.FullName);

    async Task<TokenSet> RunOnceAsync()
    {
        await using var app = await StartAsync();
        return await app.RegisterAndLoginAsync();
    }

    [Fact]
    public async Task Sessions_survive_a_restart_on_the_same_files()
    {
        var tokens = await RunOnceAsync();
        await using var app = await StartAsync();

        Assert.Equal(tokens.RefreshToken, (await app.RefreshedAsync(tokens.RefreshToken!)).RefreshToken);
        using var me = await app.SendAsync(HttpMethod.Get, "/me", accessToken: tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    [Fact]
    public async Task The_master_key_is_made_on_the_first_start_and_only_its_owner_can_read_it()
    {
        await RunOnceAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(MasterKeyFile));
        Assert.True(MasterKey.TryParse(await File.ReadAllTextAsync(MasterKeyFile), out var key));
        key.Dispose();
    }

    [Fact]
    public async Task A_missing_master_key_stops_the_start_and_says_what_to_do()
    {
        await RunOnceAsync();
        File.Delete(MasterKeyFile);
        var fault = await Assert.ThrowsAsync<StorageStartException>(() => StartAsync());
        Assert.Contains("HANDSTAMP_MASTER_KEY", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(MasterKeyFile));
    }

    [Fact]
    public async Task Another_master_key_stops_the_start_and_says_what_to_do()
    {
        await RunOnceAsync();
        await File.WriteAllTextAsync(MasterKeyFile, Convert.ToBase64String(new byte[32]));
        var fault = await Assert.ThrowsAsync<StorageStartException>(() => StartAsync());
        Assert.Contains("encrypted under another master key", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("bm90IHRoaXJ0eS10d28gYnl0ZXM=")]
    public async Task An_invalid_master_key_stops_the_start(string text)
    {
        var fault = await Assert.ThrowsAsync<StorageStartException>(() => StartAsync(new() { ["Keys:MasterKey"] = text }));
        Assert.Contains("32 random bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_of_the_database_under_another_master_key_yields_nothing()
    {
        await RunOnceAsync();
        using var copy = new TemporaryDirectory();
        foreach (var file in _directory.EnumerateFiles("handstamp.db*")) file.CopyTo(Path.Combine(copy.Path, file.Name));
        await Assert.ThrowsAsync<StorageStartException>(() =>
            HandstampApp.StartAsync(new() { ["Keys:MasterKey"] = Convert.ToBase64String(new byte[32]) }, copy.Path));
    }

    [Theory]
    [InlineData("Sessions:AccessTokenLifetime", "00:00:29")]
    [InlineData("Sessions:AccessTokenLifetime", "01:00:01")]
    [InlineData("Sessions:RetryWindow", "00:05:01")]
    [InlineData("Sessions:IdleLifetime", "91.00:00:00")]
    [InlineData("Sessions:IdleLifetime", "00:10:29")]
    [InlineData("Sessions:LateRetryLimit", "-1")]
    [InlineData("Sessions:LateRetryLimit", "1001")]
    [InlineData("Sessions:Retention", "-00:00:01")]
    [InlineData("Issuer", "auth.example.com")]
    [InlineData("Issuer", "https://auth.example.com/")]
    [InlineData("BasePath", "auth")]
    [InlineData("Audience", "")]
    [InlineData("Audiences:0", " ")]
    [InlineData("Cookie:Domain", "not a host")]
    [InlineData("Cors:AllowedOrigins:0", "https://app.example.com/path")]
    [InlineData("Cors:AllowedOrigins:0", "*")]
    [InlineData("Keys:Algorithm", "HS256")]
    [InlineData("Storage:Provider", "oracle")]
    public async Task A_setting_out_of_range_stops_the_start_and_is_named(string key, string value)
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(new() { [key] = value }));
        Assert.Contains(key.Split(":0")[0], fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Audience", "https://stock.example.com", "Audience and Audiences are both set. Use only Audiences, which has replaced Audience.")]
    [InlineData("Audiences:1", "https://orders.example.com", "Audiences contains a name twice.")]
    public async Task Audiences_are_set_in_only_one_way_and_only_once(string key, string value, string fault)
    {
        Dictionary<string, string?> settings = new() { ["Audiences:0"] = "https://orders.example.com", [key] = value };
        Assert.Equal(fault, (await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(settings))).Message);
    }

    [Fact]
    public async Task No_api_gets_tokens_for_the_service()
    {
        Dictionary<string, string?> settings = new() { ["Issuer"] = "https://auth.example.com", ["Audiences:0"] = "https://auth.example.com" };
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(settings));
        Assert.StartsWith("Audiences contains the issuer", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_audience_is_not_too_long_for_a_token()
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(new() { ["Audiences:0"] = new string('a', 257) }));
        Assert.Equal("Audiences contains a name of more than 256 characters.", fault.Message);
    }

    [Fact]
    public async Task An_unknown_key_in_a_section_stops_the_start_and_is_named()
    {
        var fault = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => StartAsync(new() { ["Sessions:AccesTokenLifetime"] = "00:05:00" }));
        Assert.Contains("AccesTokenLifetime", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Development_allows_short_lives_and_only_on_localhost()
    {
        Dictionary<string, string?> settings = new() { ["Sessions:AccessTokenLifetime"] = "00:00:05", ["Issuer"] = "http://127.0.0.1:5110" };
        await using (await HandstampApp.StartAsync(settings, _directory.FullName, environment: "Development"))
        {
        }
        settings["Issuer"] = "https://auth.example.com";
        await Assert.ThrowsAsync<OptionsValidationException>(() =>
            HandstampApp.StartAsync(settings, _directory.FullName, environment: "Development"));
    }

    sealed class TemporaryDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("handstamp-test-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
