using System.Security.Cryptography;
using Handstamp.TestBed;
using Microsoft.Extensions.Time.Testing;

namespace Handstamp.Client.Tests;

public sealed class FileTokenStoreTests : IDisposable
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly TempDirectory _directory = new();

    string Folder => _directory.File("mine");

    string File => Path.Combine(Folder, "session");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Written_data_can_be_read_by_the_next_program_and_by_nobody_else()
    {
        await new FileTokenStore(File).WriteAsync("hsr_canary", default);

        Assert.Equal("hsr_canary", await new FileTokenStore(File).ReadAsync(default));
        Assert.Equal(Owner | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Folder));
        Assert.All(Directory.GetFiles(Folder), file => Assert.Equal(Owner, System.IO.File.GetUnixFileMode(file)));
        Assert.All(Directory.GetFiles(Folder), file => Assert.DoesNotContain("canary", System.IO.File.ReadAllText(file)));
    }

    [Fact]
    public async Task A_file_that_others_can_read_is_private_after_the_next_write()
    {
        Directory.CreateDirectory(Folder);
        await System.IO.File.WriteAllTextAsync(File, "");
        System.IO.File.SetUnixFileMode(File, Owner | UnixFileMode.OtherRead);

        await new FileTokenStore(File).WriteAsync("secret", default);

        Assert.Equal(Owner, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public async Task The_store_is_empty_before_the_first_write_and_after_writing_null()
    {
        var store = new FileTokenStore(File);
        Assert.Null(await store.ReadAsync(default));
        await store.WriteAsync(null, default);
        await store.WriteAsync("secret", default);
        await store.WriteAsync(null, default);
        Assert.Null(await store.ReadAsync(default));
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task The_same_secret_never_gives_the_same_file()
    {
        var store = new FileTokenStore(File);
        await store.WriteAsync("secret", default);
        var before = await System.IO.File.ReadAllBytesAsync(File);
        await store.WriteAsync("secret", default);
        Assert.NotEqual(before, await System.IO.File.ReadAllBytesAsync(File));
    }

    [Fact]
    public async Task A_file_with_any_changed_byte_counts_as_empty()
    {
        var store = new FileTokenStore(File);
        await store.WriteAsync("secret", default);
        var whole = await System.IO.File.ReadAllBytesAsync(File);

        for (var at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 1;
            await System.IO.File.WriteAllBytesAsync(File, damaged);
            Assert.Null(await store.ReadAsync(default));
            await System.IO.File.WriteAllBytesAsync(File, whole[..at]);
            Assert.Null(await store.ReadAsync(default));
        }
    }

    [Fact]
    public async Task Without_its_key_the_file_is_useless_and_can_be_written_again()
    {
        var store = new FileTokenStore(File);
        await store.WriteAsync("secret", default);

        System.IO.File.Delete(File + ".key");
        Assert.Null(await store.ReadAsync(default));
        await store.WriteAsync("another", default);

        Assert.Equal("another", await store.ReadAsync(default));
    }

    [Fact]
    public async Task A_key_file_without_a_key_is_named()
    {
        Directory.CreateDirectory(Folder);
        await System.IO.File.WriteAllTextAsync(File + ".key", "");
        System.IO.File.SetUnixFileMode(File + ".key", Owner);

        var fault = await Assert.ThrowsAsync<CryptographicException>(() => new FileTokenStore(File).WriteAsync("secret", default));

        Assert.Contains(File + ".key", fault.Message);
    }

    [Fact]
    public async Task The_files_of_a_killed_process_are_cleaned_up()
    {
        var store = new FileTokenStore(File);
        await store.WriteAsync("secret", default);
        await System.IO.File.WriteAllTextAsync(File + ".abcdefgh.ijk.tmp", "half");

        await store.WriteAsync("another", default);

        Assert.Equal(["session", "session.key"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("session.staging.abcdefgh.ijk.tmp")]
    [InlineData("session.key.abcdefgh.ijk.tmp")]
    [InlineData("session.of-another.tmp")]
    [InlineData("session2.abcdefgh.ijk.tmp")]
    public async Task The_unfinished_files_of_another_store_in_the_folder_are_not_touched(string unfinished)
    {
        Directory.CreateDirectory(Folder);
        await System.IO.File.WriteAllTextAsync(Path.Combine(Folder, unfinished), "half");

        await new FileTokenStore(File).WriteAsync("secret", default);

        Assert.True(System.IO.File.Exists(Path.Combine(Folder, unfinished)));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_key_that_others_can_read_is_not_used(UnixFileMode theirs)
    {
        var store = new FileTokenStore(File);
        await store.WriteAsync("secret", default);
        System.IO.File.SetUnixFileMode(File + ".key", Owner | theirs);

        Assert.StartsWith($"Other users can read {File}.key.", await RefusedAsync(store));
    }

    [Fact]
    public async Task A_key_that_belongs_to_another_user_is_not_used()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a file to somebody else.");
        var store = new FileTokenStore(File);
        await store.WriteAsync("secret", default);
        using (var chown = System.Diagnostics.Process.Start("chown", ["65534", File + ".key"])) await chown.WaitForExitAsync();

        Assert.StartsWith($"{File}.key belongs to another user", await RefusedAsync(store));
    }

    [Fact]
    public async Task A_key_in_a_folder_of_another_user_is_not_used()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a folder to somebody else.");
        var store = new FileTokenStore(File);
        await store.WriteAsync("secret", default);
        using (var chown = System.Diagnostics.Process.Start("chown", ["65534", Folder])) await chown.WaitForExitAsync();

        Assert.StartsWith($"The folder {Folder} belongs to another user", await RefusedAsync(store));
    }

    [Fact]
    public async Task A_key_in_a_folder_that_others_can_write_to_is_not_used()
    {
        Directory.CreateDirectory(Folder);
        System.IO.File.SetUnixFileMode(Folder, Owner | UnixFileMode.UserExecute | UnixFileMode.GroupWrite);

        var fault = await Assert.ThrowsAsync<IOException>(() => new FileTokenStore(File).WriteAsync("secret", default));

        Assert.StartsWith($"Other users can write to the folder {Folder}", fault.Message);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    static async Task<string> RefusedAsync(FileTokenStore store)
    {
        var fault = await Assert.ThrowsAsync<IOException>(() => store.ReadAsync(default));
        Assert.Equal(fault.Message, (await Assert.ThrowsAsync<IOException>(() => store.WriteAsync("another", default))).Message);
        return fault.Message;
    }

    [Fact]
    public async Task Many_simultaneous_first_writers_get_the_same_key()
    {
        var stores = Enumerable.Range(0, 16).Select(_ => new FileTokenStore(File)).ToList();
        await Task.WhenAll(stores.Select((store, index) => Task.Run(async () =>
        {
            using var turn = await store.TakeTurnAsync(default);
            await store.WriteAsync($"secret {index}", default);
        })));

        Assert.StartsWith("secret", await stores[0].ReadAsync(default));
    }

    [Fact]
    public async Task The_lock_is_free_after_it_is_released()
    {
        var (one, other) = (new FileTokenStore(File), new FileTokenStore(File));
        var held = await one.TakeTurnAsync(default);
        Assert.NotNull(held);
        var waiting = other.TakeTurnAsync(default);
        Assert.False(waiting.IsCompleted);

        held.Dispose();

        using var turn = await waiting;
        Assert.NotNull(turn);
    }

    [Fact]
    public async Task A_process_that_waits_too_long_continues_without_the_lock()
    {
        var time = new FakeTimeProvider();
        using var held = await new FileTokenStore(File).TakeTurnAsync(default);
        var waiting = new FileTokenStore(File, time, TimeSpan.FromSeconds(15)).TakeTurnAsync(default);

        time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await waiting);
    }

    [Fact]
    public void The_store_says_what_protects_the_file() => Assert.Equal(FileProtection.KeyFile, new FileTokenStore(File).Protection);

    [Fact]
    public async Task The_file_of_another_system_is_not_treated_as_an_empty_store()
    {
        Directory.CreateDirectory(Folder);
        await System.IO.File.WriteAllBytesAsync(File, [1 + (byte)FileProtection.Keychain, .. new byte[64]]);
        var store = new FileTokenStore(File);

        await Assert.ThrowsAsync<PlatformNotSupportedException>(() => store.ReadAsync(default));
        await Assert.ThrowsAsync<PlatformNotSupportedException>(() => store.WriteAsync("secret", default));
        await Assert.ThrowsAsync<PlatformNotSupportedException>(() => store.WriteAsync(null, default));

        Assert.True(System.IO.File.Exists(File));
        Assert.Throws<PlatformNotSupportedException>(() => new FileTokenStore(File, FileProtection.Keychain));
    }
}
