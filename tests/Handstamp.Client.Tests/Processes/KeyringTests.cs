using System.Net.Sockets;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests.Processes;

/// <summary>A store whose key is in a real keyring (GNOME's), on a separate desktop bus.</summary>
public sealed class KeyringTests : IDisposable
{
    const string Password = "the desktop's password";

    readonly TempDirectory _directory = new();
    readonly List<ChildProcess> _children = [];

    string Folder => _directory.File("mine");

    string File => Path.Combine(Folder, "session");

    public void Dispose()
    {
        _children.ForEach(child => child.Dispose());
        _directory.Dispose();
    }

    [Fact]
    public async Task Written_data_is_kept_after_the_next_login_and_its_key_is_in_no_file_beside_it()
    {
        Assert.Equal(["SecretService", "nothing", "done", "hsr_canary"], await OnDesktopAsync("protection", "read", "write hsr_canary", "read"));
        Assert.Equal(["session"], Directory.GetFiles(Folder).Select(Path.GetFileName));
        Assert.Equal(["hsr_canary", "SecretService"], await OnDesktopAsync("read", "protection"));
    }

    [Fact]
    public async Task Without_the_desktop_the_file_is_not_changed_and_works_again_when_the_desktop_is_back()
    {
        await OnDesktopAsync("write secret");
        var before = await System.IO.File.ReadAllBytesAsync(File);

        var said = await TellAsync(ChildProcess.StartStore(File), "read", "write another", "protection");

        Assert.Contains("DBUS_SESSION_BUS_ADDRESS", said[0]);
        Assert.Contains("FileProtection.KeyFile", said[0]);
        Assert.Equal([said[0], said[0], "SecretService"], said);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File));
        Assert.Equal(["secret", "done", "another"], await OnDesktopAsync("read", "write another", "read"));
    }

    [Fact]
    public async Task A_client_that_cannot_reach_the_keyring_says_so_and_the_session_is_not_over()
    {
        await OnDesktopAsync("write secret");
        using var client = new HandstampClient(new() { Url = "http://127.0.0.1:9", Store = new FileTokenStore(File) });

        var fault = await Assert.ThrowsAsync<HandstampException>(() => client.GetUserAsync());
        var logout = await Assert.ThrowsAsync<HandstampException>(() => client.LogoutAsync());

        Assert.Equal((HandstampErrorCodes.StoreFailed, false), (fault.Code, fault.Definitive));
        Assert.Equal(fault.Message, logout.Message);
        Assert.True(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task A_locked_keyring_shows_no_dialog_and_a_new_store_works_without_it()
    {
        await OnDesktopAsync("write secret");

        var said = await TellAsync(Desktop("not the password", File), "read", "write another");
        Assert.All(said, answer => Assert.Contains("it is locked", answer));
        said = await TellAsync(Desktop("not the password", File + "2"), "protection", "write another", "read", "protection");

        Assert.Equal(["KeyFile", "done", "another", "KeyFile"], said);
    }

    [Fact]
    public async Task A_program_continues_when_the_keyring_is_restarted() => Assert.Equal(
        ["done", "done", "secret", "done", "secret"],
        await OnDesktopAsync("write secret", $"unlock {Password}", "read", $"unlock {Password}", "read"));

    [Fact]
    public async Task A_bus_that_does_not_answer_is_abandoned()
    {
        await OnDesktopAsync("write secret");
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, 0);
        silent.Bind(new UnixDomainSocketEndPoint(_directory.File("bus")));
        silent.Listen();

        var said = await TellAsync(ChildProcess.StartStoreAt($"unix:path={_directory.File("bus")}", File), "read");

        Assert.Contains("it does not answer", said.Single());
    }

    [Fact]
    public async Task Many_simultaneous_first_writers_do_not_replace_each_others_key() =>
        Assert.Equal(["secret"], await OnDesktopAsync("race"));

    [Fact]
    public async Task After_a_logout_every_copy_of_the_file_is_useless()
    {
        await OnDesktopAsync("write secret");
        var copy = await System.IO.File.ReadAllBytesAsync(File);
        await OnDesktopAsync("delete");

        await System.IO.File.WriteAllBytesAsync(File, copy);

        Assert.Equal(["nothing", "done", "another"], await OnDesktopAsync("read", "write another", "read"));
    }

    [Fact]
    public async Task A_file_with_a_key_file_keeps_it_until_the_logout()
    {
        await TellAsync(ChildProcess.StartStore(File), "write secret");

        Assert.Equal(
            ["secret", "done", "KeyFile", "done", "done", "SecretService"],
            await OnDesktopAsync("read", "write another", "protection", "delete", "write a third", "protection"));
    }

    [Fact]
    public async Task The_option_for_a_key_file_takes_effect_at_the_next_write_on_a_desktop_too()
    {
        await OnDesktopAsync("write secret");

        var said = await TellAsync(Desktop(Password, File, nameof(FileProtection.KeyFile)), "protection", "read", "write another");

        Assert.Equal(["SecretService", "secret", "done"], said);
        Assert.Equal(["another", "KeyFile"], await TellAsync(ChildProcess.StartStore(File), "read", "protection"));
    }

    Task<IReadOnlyList<string?>> OnDesktopAsync(params string[] lines) => TellAsync(Desktop(Password, File), lines);

    ChildProcess Desktop(string password, params string[] arguments) =>
        ChildProcess.StartStoreOnDesktop(_directory.Path, password, arguments);

    /// <summary>The answer to each line. Then the process ends, and its desktop with it.</summary>
    async Task<IReadOnlyList<string?>> TellAsync(ChildProcess child, params string[] lines)
    {
        _children.Add(child);
        Assert.Equal("ready", await child.ReadLineAsync());
        var said = new List<string?>();
        foreach (var line in lines) said.Add(await child.AskAsync(line));
        await child.EndAsync();
        return said;
    }
}
