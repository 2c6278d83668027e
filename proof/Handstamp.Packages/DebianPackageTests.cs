using System.Globalization;
using System.Text.RegularExpressions;
using Handstamp.TestBed;

namespace Handstamp.Packages;

public sealed partial class DebianPackageTests(ReleasedFiles released)
{
    const string Account = "ada@example.com";
    const double MostExposed = 2.0;

    [Fact]
    public async Task A_machine_with_nothing_else_serves_a_login_once_the_package_is_installed()
    {
        using var machine = await InstalledAsync();
        await AddAccountAsync(machine);

        await LogInAsync(machine);
        Assert.Equal("drwx------ handstamp handstamp", await OwnerAsync(machine, "/var/lib/handstamp"));
        Assert.Equal("-rw-r--r-- root root", await OwnerAsync(machine, "/etc/handstamp/handstamp.json"));
    }

    [Fact]
    public async Task An_upgrade_keeps_the_data_and_the_changed_settings()
    {
        using var machine = await InstalledAsync();
        await AddAccountAsync(machine);
        var settings = $"{machine.Root}/etc/handstamp/handstamp.json";
        await File.WriteAllTextAsync(settings, (await File.ReadAllTextAsync(settings)).Replace("closed", "invited", StringComparison.Ordinal));

        await InstallAsync(machine, released.LaterPackage);

        Assert.Contains("99.0.0", await machine.RunAsync("dpkg-query", "--show", "handstamp"));
        Assert.Contains("invited", await File.ReadAllTextAsync(settings));
        await LogInAsync(machine);
    }

    [Fact]
    public async Task Removal_keeps_the_settings_and_a_purge_keeps_the_data()
    {
        using var machine = await InstalledAsync();
        await AddAccountAsync(machine);

        await machine.RunAsync("dpkg", "--remove", "handstamp");
        Assert.False(File.Exists($"{machine.Root}/usr/bin/handstamp"));
        Assert.True(File.Exists($"{machine.Root}/etc/handstamp/handstamp.json"));

        await machine.RunAsync("dpkg", "--purge", "handstamp");
        Assert.False(Path.Exists($"{machine.Root}/etc/handstamp"));
        Assert.False(Path.Exists($"{machine.Root}/usr/lib/systemd/system/handstamp.service"));
        Assert.True(File.Exists($"{machine.Root}/var/lib/handstamp/handstamp.db"));

        await InstallAsync(machine, released.Package);
        await LogInAsync(machine);
    }

    [Fact]
    public async Task The_package_asks_for_the_C_library_that_its_executable_needs()
    {
        var needed = GlibcVersion().Matches(await DebianMachine.SucceedsAsync("objdump", "-T", HandstampExecutable.Path))
            .Select(match => Version.Parse(match.Groups[1].Value)).Max();

        Assert.Contains($"libc6 (>= {needed})", await DebianMachine.SucceedsAsync("dpkg-deb", "--field", released.Package, "Depends"));
    }

    [Fact]
    public async Task Lintian_finds_nothing_to_complain_about() => Assert.Equal("", await DebianMachine.SucceedsAsync(
        // No bug report asks Debian for this package.
        "lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags", "initial-upload-closes-no-bugs", released.Package));

    [Fact]
    public async Task The_service_can_reach_little_of_its_machine()
    {
        var said = await DebianMachine.SucceedsAsync(
            "systemd-analyze", "security", "--offline=true", "--no-pager", Repository.PathOf("deploy/handstamp/handstamp.service"));

        Assert.InRange(double.Parse(Exposure().Match(said).Groups[1].Value, CultureInfo.InvariantCulture), 0, MostExposed);
    }

    [Fact]
    public async Task The_manual_and_the_completions_are_installed()
    {
        using var machine = await InstalledAsync();
        string[] files = [.. (await machine.RunAsync("dpkg", "--listfiles", "handstamp")).Split('\n')];

        Assert.Contains("/usr/share/man/man1/handstamp.1.gz", files);
        Assert.Contains("/usr/share/bash-completion/completions/handstamp", files);
        Assert.Contains("/usr/share/zsh/vendor-completions/_handstamp", files);
        Assert.Contains("/usr/share/fish/vendor_completions.d/handstamp.fish", files);
    }

    async Task<DebianMachine> InstalledAsync()
    {
        var machine = await DebianMachine.CreateAsync();
        await InstallAsync(machine, released.Package);
        return machine;
    }

    static Task InstallAsync(DebianMachine machine, string file)
    {
        File.Copy(file, $"{machine.Root}/handstamp.deb", overwrite: true);
        return machine.RunAsync("dpkg", "--install", "/handstamp.deb");
    }

    static Task AddAccountAsync(DebianMachine machine)
    {
        File.WriteAllText($"{machine.Root}/tmp/password", HandstampClient.Password);
        return machine.RunAsync(
        [
            "runuser", "-u", "handstamp", "--", "handstamp", "user", "add", Account, "--password-file", "/tmp/password",
            "--data", "/var/lib/handstamp", "--config", "/etc/handstamp/handstamp.json",
        ]);
    }

    static async Task LogInAsync(DebianMachine machine)
    {
        await using var service = await machine.ServeAsync();
        using var client = new HandstampClient(service.Address);
        await client.LoginAsync(Account);
    }

    static async Task<string> OwnerAsync(DebianMachine machine, string path) =>
        (await machine.RunAsync("stat", "--format=%A %U %G", path)).Trim();

    [GeneratedRegex(@"exposure level for handstamp.service: ([\d.]+)")]
    private static partial Regex Exposure();

    [GeneratedRegex(@"GLIBC_([\d.]+)")]
    private static partial Regex GlibcVersion();
}
