using System.Security.Cryptography;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

/// <summary><c>handstamp keys rewrap</c>: another master key, which nobody notices.</summary>
public sealed class RewrapTests : IDisposable
{
    const string Ada = "ada@example.com";

    readonly Installation _here = new();

    [Fact]
    public async Task Sessions_refresh_before_and_after_the_restart()
    {
        string token;
        var old = "";
        await using (var before = await _here.ServeAsync())
        {
            using var client = new HandstampClient(before.Address);
            token = (await client.JoinAsync(Ada)).RefreshToken;
            old = await File.ReadAllTextAsync(_here.File("master.key"), Cancel);

            Assert.Contains("keep a copy of it. Not a terminal. Pass --yes to confirm.", await _here.FailAsync(1, "keys", "rewrap"));
            var result = await _here.RunAsync("keys", "rewrap", "--yes");

            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            Assert.Matches("^The key ring is now encrypted under the master key [0-9a-f]{8}[.] ", result.Output);
            Assert.Equal(200, (await client.RefreshAsync(token)).Status);
            await before.StopAsync();
        }

        Assert.NotEqual(old, await File.ReadAllTextAsync(_here.File("master.key"), Cancel));
        await using var after = await _here.ServeAsync();
        using var restarted = new HandstampClient(after.Address);
        Assert.Equal(200, (await restarted.RefreshAsync(token)).Status);
    }

    [Fact]
    public async Task A_key_from_the_environment_is_changed_with_one_from_standard_input()
    {
        var (old, next) = (NewKey(), NewKey());
        string token;
        await using (var before = await HandstampProcess.StartAsync(_here.Data, new CommandCall([], Environment: With(old))))
        {
            using var client = new HandstampClient(before.Address);
            token = (await client.JoinAsync(Ada)).RefreshToken;

            var refused = await _here.RunAsync(new CommandCall(["keys", "rewrap", "--yes"], Environment: With(old)));
            Assert.Contains("--new-key", refused.Error);
            var result = await _here.RunAsync(new CommandCall(["keys", "rewrap", "--new-key", "-", "--yes"], Input: next + "\n", Environment: With(old)));

            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            Assert.DoesNotContain(next, result.Output);
            Assert.Equal(200, (await client.RefreshAsync(token)).Status);
            await before.StopAsync();
        }

        await using var after = await HandstampProcess.StartAsync(_here.Data, new CommandCall([], Environment: With(next)));
        using var restarted = new HandstampClient(after.Address);
        Assert.Equal(200, (await restarted.RefreshAsync(token)).Status);
        await after.StopAsync();
        var wrong = await _here.RunAsync(new CommandCall(["keys", "rotate"], Environment: With(old)));
        Assert.Contains("encrypted under another master key", wrong.Error);
    }

    public void Dispose() => _here.Dispose();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    static Dictionary<string, string> With(string key) => new() { ["HANDSTAMP_MASTER_KEY"] = key };
}
