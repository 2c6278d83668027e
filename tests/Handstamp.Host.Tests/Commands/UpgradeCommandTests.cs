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
    public async Task A_directory_in_the_place_of_the_database_is_refused_as_by_every_command()
    {
        Directory.CreateDirectory(_here.File("handstamp.db"));

        Assert.Equal(await _here.FailAsync(1, "user", "list"), await _here.FailAsync(1, "upgrade", "check"));
    }

    [Fact]
    public async Task A_data_directory_that_may_not_be_read_is_refused_as_by_every_command()
    {
        await _here.AddAccountAsync();
        File.SetUnixFileMode(_here.Data, UnixFileMode.None);

        var (other, check) = (await _here.RunUnprivilegedAsync("user", "list"), await _here.RunUnprivilegedAsync("upgrade", "check"));
        File.SetUnixFileMode(_here.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Equal((1, ""), (check.ExitCode, check.Output));
        Assert.Contains("Cannot open", check.Error, StringComparison.Ordinal);
        Assert.Equal(other.Error, check.Error);
    }

    [Fact]
    public async Task Data_that_was_moved_to_PostgreSQL_is_refused_as_by_every_command()
    {
        await _here.AddAccountAsync();
        // The owner that `handstamp migrate-storage` writes: "HSTM", at its place in the header of a SQLite file.
        await using (var file = File.OpenWrite(_here.File("handstamp.db")))
        {
            file.Position = 68;
            file.Write("HSTM"u8);
        }

        Assert.Equal(await _here.FailAsync(1, "user", "list"), await _here.FailAsync(1, "upgrade", "check"));
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
