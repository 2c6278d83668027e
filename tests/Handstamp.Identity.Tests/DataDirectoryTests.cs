using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>The folder with the master key, which by default is among the files of the app.</summary>
public sealed class DataDirectoryTests : IDisposable
{
    readonly TempDirectory _directory = new();

    [Fact]
    public async Task A_folder_that_the_app_makes_is_ignored_by_git()
    {
        await StartAsync("handstamp");

        Assert.Equal([".gitignore", "master.key"], Names("handstamp").Where(name => name is ".gitignore" or "master.key").Order());
        Assert.Equal("*\n", await File.ReadAllTextAsync(_directory.File("handstamp/.gitignore"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_that_was_there_is_left_as_it_is()
    {
        Directory.CreateDirectory(_directory.File("root"));

        await StartAsync("root");

        Assert.Contains("master.key", Names("root"));
        Assert.DoesNotContain(".gitignore", Names("root"));
    }

    [Fact]
    public async Task With_a_key_of_its_own_an_app_needs_none_that_can_be_written()
    {
        await File.WriteAllTextAsync(_directory.File("file"), "", TestContext.Current.CancellationToken);

        await StartAsync("file/handstamp", Convert.ToBase64String(new byte[32]));
    }

    public void Dispose() => _directory.Dispose();

    async Task StartAsync(string folder, string? masterKey = null)
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, settings: new()
        {
            ["Handstamp:DataDirectory"] = _directory.File(folder),
            ["Handstamp:MasterKey"] = masterKey,
        });
    }

    IEnumerable<string> Names(string folder) => Directory.EnumerateFiles(_directory.File(folder)).Select(file => Path.GetFileName(file));
}
