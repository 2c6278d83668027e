using System.Text.Json;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;

namespace Handstamp.Proof.Upgrade;

/// <summary>From each released version to this one and, where the schema allows it, back.</summary>
public sealed class WalkTests : IDisposable
{
    const string Account = "ada@example.com";

    readonly TempDirectory _directory = new();
    readonly string _urls = $"http://127.0.0.1:{ServerPort.Find()}";

    public static TheoryData<ReleasedVersion, bool> Walks => [.. ReleasedVersion.All.SelectMany(
        version => new[] { false, true }.Select(onPostgres => new TheoryDataRow<ReleasedVersion, bool>(version, onPostgres)))];

    [Theory]
    [MemberData(nameof(Walks))]
    public async Task Sessions_of_a_released_version_go_on_with_this_one_and_back(ReleasedVersion version, bool onPostgres)
    {
        var old = await version.BuildAsync();
        string[] settings = [.. await PlaceAsync(onPostgres), $"--Issuer={_urls}", "--Sessions:RetryWindow=00:00:00"];
        LoggedIn login;
        await using (var before = await ServeAsync(old, settings))
        {
            using var client = new HandstampClient(before.Address);
            login = await client.JoinAsync(Account);
            await before.StopAsync();
        }

        var report = await CheckAsync(settings);
        string token;
        await using (var today = await ServeAsync(HandstampExecutable.Path, settings))
        {
            token = await RefreshAsync(today, login.RefreshToken);
            using var client = new HandstampClient(today.Address);
            await client.LoginAsync(Account);
            Assert.Equal(0, (await CheckAsync(settings)).GetProperty("due").GetArrayLength());
            await today.StopAsync();
        }

        if (report.GetProperty("older_nodes_go_on").GetBoolean())
        {
            await using var again = await ServeAsync(old, settings);
            await RefreshAsync(again, token);
        }
        else
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServeAsync(old, settings));
            Assert.Contains("newer Handstamp", refused.Message);
        }
    }

    public void Dispose() => _directory.Dispose();

    async Task<string[]> PlaceAsync(bool onPostgres) => !onPostgres ? [] :
    [
        "--Storage:Provider=postgres", $"--Storage:ConnectionString={await (await PostgresServer.Shared).CreateDatabaseAsync()}",
        "--Keys:MasterKey=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ];

    Task<ListeningProcess> ServeAsync(string executable, string[] settings) => ListeningProcess.StartAsync(
        executable, new CommandCall(["serve", "--data", _directory.Path, "--urls", _urls, .. settings]));

    async Task<JsonElement> CheckAsync(string[] settings)
    {
        var variables = settings.ToDictionary(
            setting => $"HANDSTAMP_{setting.Split('=')[0].TrimStart('-').Replace(":", "__", StringComparison.Ordinal)}", setting => setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var result = await HandstampExecutable.RunAsync(new CommandCall(["upgrade", "check", "--data", _directory.Path, "--json"], Environment: variables));
        Assert.True(result.ExitCode == 0, result.Error);
        return JsonElement.Parse(result.Output);
    }

    static async Task<string> RefreshAsync(ListeningProcess service, string token)
    {
        using var client = new HandstampClient(service.Address);
        var (status, body) = await client.RefreshAsync(token);
        Assert.Equal(200, status);
        return body.GetProperty("refresh_token").GetString()!;
    }
}
