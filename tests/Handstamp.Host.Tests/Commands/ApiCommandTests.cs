using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed class ApiCommandTests : IDisposable
{
    readonly Installation _here = new();

    [Fact]
    public async Task A_credential_is_shown_once()
    {
        var added = await _here.AskAsync("api", "add", "orders");

        Assert.StartsWith("hsa_orders_", added.GetProperty("credential").GetString());
        var listed = Assert.Single((await _here.AskAsync("api", "list")).EnumerateArray());
        Assert.Equal("orders", listed.GetProperty("name").GetString());
        Assert.False(listed.TryGetProperty("credential", out _));
    }

    [Fact]
    public async Task A_name_can_be_used_once()
    {
        await _here.AskAsync("api", "add", "orders");

        Assert.Contains("API orders already exists.", await _here.FailAsync(1, "api", "add", "orders"));
    }

    [Fact]
    public async Task A_removed_api_no_longer_exists()
    {
        await _here.AskAsync("api", "add", "orders");

        await _here.AskAsync("api", "remove", "orders");

        Assert.Empty((await _here.AskAsync("api", "list")).EnumerateArray());
        Assert.Equal("No API orders exists.\n", await _here.FailAsync(1, "api", "remove", "orders"));
    }

    [Fact]
    public async Task The_directory_of_a_new_database_is_printed_in_case_it_was_mistyped()
    {
        var data = _here.File("mistyped");

        var made = await HandstampExecutable.RunAsync("api", "add", "orders", "--data", data);
        var found = await HandstampExecutable.RunAsync("api", "add", "stock", "--data", data);

        Assert.Equal((0, $"Created a new database in {data}.\n"), (made.ExitCode, made.Error));
        Assert.Equal((0, ""), (found.ExitCode, found.Error));
    }

    [Fact]
    public async Task An_invalid_name_is_refused() =>
        Assert.Contains("'Orders!' is not a valid API name", await _here.FailAsync(1, "api", "add", "Orders!"));

    public void Dispose() => _here.Dispose();
}
