using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed class UpgradeCommandTests : IDisposable
{
    readonly Installation _here = new();

    [Fact]
    public async Task A_database_of_this_version_stays_as_it_is()
    {
        await _here.AddAccountAsync();

        var report = await _here.AskAsync("upgrade", "check");
        var said = await _here.RunAsync("upgrade", "check");

        Assert.Equal(0, report.GetProperty("due").GetArrayLength());
        Assert.True(report.GetProperty("older_nodes_go_on").GetBoolean());
        Assert.Equal($"The schema stays as it is: {report.GetProperty("present").GetInt32()} scripts have run.\n", said.Output);
    }

    [Fact]
    public async Task A_directory_without_a_database_gets_none()
    {
        Assert.Equal("There is no schema yet. The start makes it.\n", (await _here.RunAsync("upgrade", "check")).Output);

        Assert.Empty(Directory.GetFiles(_here.Data));
    }

    [Fact]
    public async Task A_setting_that_was_replaced_is_named_with_its_successor()
    {
        await _here.AddAccountAsync();
        _here.Write("handstamp.json", """{ "Audience": "https://api.example.com" }""");

        var result = await _here.RunAsync("upgrade", "check");

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("\nAudience was replaced by Audiences, and is gone in version 0.2.0.\n", result.Output);
    }

    [Fact]
    public async Task Settings_that_this_version_refuses_are_named()
    {
        _here.Write("handstamp.json", """{ "Sessions": { "RetryWindow": "5000h" } }""");

        Assert.Contains("Sessions:RetryWindow", await _here.FailAsync(1, "upgrade", "check"));
    }

    public void Dispose() => _here.Dispose();
}
