using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>The file of the master key, and its successor beside it.</summary>
public sealed class MasterKeyFileTests : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("handstamp-test-");
    readonly MasterKey _key = MasterKey.Create();

    string FilePath => Path.Combine(_directory.FullName, "master.key");

    string NextPath => FilePath + ".new";

    MasterKeyFile KeyFile => new(FilePath);

    public void Dispose()
    {
        _key.Dispose();
        _directory.Delete(recursive: true);
    }

    static void Write(string path, string text, UnixFileMode mode = OwnerOnly)
    {
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
    }

    [Fact]
    public void The_first_key_is_in_a_file_that_only_its_owner_can_read()
    {
        Assert.False(KeyFile.Exists);

        using var made = KeyFile.Make();

        Assert.Equal(made.Reveal() + "\n", File.ReadAllText(FilePath));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(FilePath));
        Assert.True(KeyFile.Exists);
    }

    [Fact]
    public void A_key_exists_too_while_only_its_successor_does()
    {
        Write(NextPath, _key.Reveal());

        Assert.True(KeyFile.Exists);
    }

    [Fact]
    public void A_file_that_cannot_be_made_is_named()
    {
        using var made = KeyFile.Make();

        var refused = Assert.Throws<StorageStartException>(KeyFile.Make);

        Assert.StartsWith($"Cannot create the master key file {FilePath}: ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(made.Reveal() + "\n", File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        var refused = Assert.Throws<StorageStartException>(() => MasterKeySource.Read(FilePath));

        Assert.StartsWith($"Cannot read the master key file {FilePath}: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no key")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_file_without_a_key_is_refused_with_the_way_to_make_one(string text)
    {
        Write(FilePath, text);

        Assert.Equal(
            $"{FilePath} does not contain a master key. It has to be 32 random bytes as base64. `openssl rand -base64 32` generates one.",
            Assert.Throws<StorageStartException>(() => MasterKeySource.Read(FilePath)).Message);
    }

    [Fact]
    public void The_successor_takes_the_place_of_the_key_only_if_it_alone_opens_the_ring()
    {
        using var next = MasterKey.Create();
        foreach (var (ring, remaining) in new[] { (Ring(_key), _key), (Ring(next), next) })
        {
            Write(FilePath, _key.Reveal());
            Write(NextPath, next.Reveal());

            using var read = KeyFile.Read(ring);

            Assert.Equal(remaining, read);
            Assert.Equal(remaining.Equals(_key), File.Exists(NextPath));
        }
        using (var other = MasterKey.Create())
        {
            Write(NextPath, next.Reveal());
            Write(FilePath, _key.Reveal());
            using var read = KeyFile.Read(Ring(other));
            Assert.Equal(_key, read);
        }
        File.Delete(FilePath);
        using var alone = KeyFile.Read(Ring(next));
        Assert.Equal(next, alone);
    }

    static StoredKeys Ring(MasterKey master) =>
        new(1, [KeyFactory.Create(KeyPurpose.Data, [], master, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, new KeyOptions())]);

    [Fact]
    public void A_successor_that_exists_is_used_and_no_other_takes_its_place()
    {
        using var made = KeyFile.MakeNext(null);
        using var again = KeyFile.MakeNext(null);
        Assert.Equal(made, again);
        Assert.Equal(made, KeyFile.MakeNext(again));

        Assert.Equal(
            $"{NextPath} holds a different key: an earlier change of the master key was interrupted. Run `handstamp keys rewrap` without --new-key to "
            + "complete that change. Then change the key again.",
            Assert.Throws<StorageStartException>(() => KeyFile.MakeNext(_key)).Message);
        Assert.Equal(made.Reveal() + "\n", File.ReadAllText(NextPath));
    }

    [Fact]
    public void A_given_successor_is_written_as_it_is()
    {
        Assert.Equal(_key, KeyFile.MakeNext(_key));

        Assert.Equal(_key.Reveal() + "\n", File.ReadAllText(NextPath));
    }

    [Fact]
    public void A_successor_that_another_process_has_put_in_place_is_no_fault() => KeyFile.Adopt();

    [Fact]
    public void A_successor_that_cannot_take_its_place_is_kept_and_named()
    {
        Write(NextPath, _key.Reveal());
        _directory.CreateSubdirectory("master.key");

        var refused = Assert.Throws<StorageStartException>(KeyFile.Adopt);

        Assert.StartsWith($"The key ring is now encrypted under the key in {NextPath}, but that file cannot replace {FilePath}: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Rename the file yourself, and keep it.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(_key.Reveal(), File.ReadAllText(NextPath));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void Any_access_of_others_is_taken_from_them(UnixFileMode theirs)
    {
        Write(FilePath, _key.Reveal(), OwnerOnly | theirs);

        Assert.Equal(OwnerOnly | theirs, KeyFile.Close());

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(FilePath));
        Assert.Null(KeyFile.Close());
    }

    [Fact]
    public void What_is_no_key_keeps_its_mode()
    {
        Write(FilePath, "a letter", OwnerOnly | UnixFileMode.OtherRead);

        Assert.Throws<StorageStartException>(() => KeyFile.Close());

        Assert.Equal(OwnerOnly | UnixFileMode.OtherRead, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void A_file_that_cannot_be_closed_to_others_is_named()
    {
        // A directory cannot be opened as a file, not even by root.
        _directory.CreateSubdirectory("master.key");

        var refused = Assert.Throws<StorageStartException>(() => KeyFile.Close());

        Assert.StartsWith($"Other users of this machine can read the master key file {FilePath}, and this user cannot change that: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Set its mode to 0600, and its owner to the user that runs the service.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_keeps_the_mode_of_its_target_and_the_mode_is_that_of_the_last_target()
    {
        var target = Path.Combine(_directory.FullName, "mounted");
        Write(target, _key.Reveal(), OwnerOnly | UnixFileMode.OtherRead);
        var link = File.CreateSymbolicLink(Path.Combine(_directory.FullName, "link"), target).FullName;
        File.CreateSymbolicLink(FilePath, link);

        Assert.Null(KeyFile.Close());
        Assert.Equal(OwnerOnly | UnixFileMode.OtherRead, MasterKeyFile.OpenMode(FilePath));

        File.Delete(target);
        Assert.Null(MasterKeyFile.OpenMode(FilePath));
        Assert.Null(MasterKeyFile.OpenMode(target));
    }
}
