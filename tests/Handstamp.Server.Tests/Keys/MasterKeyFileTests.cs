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

    MasterKeyFile File => new(FilePath);

    public void Dispose()
    {
        _key.Dispose();
        _directory.Delete(recursive: true);
    }

    static void Write(string path, string text, UnixFileMode mode = OwnerOnly)
    {
        System.IO.File.WriteAllText(path, text);
        System.IO.File.SetUnixFileMode(path, mode);
    }

    [Fact]
    public void The_first_key_is_in_a_file_that_only_its_owner_can_read()
    {
        Assert.False(File.Exists);

        using var made = File.Make();

        Assert.Equal(made.Reveal() + "\n", System.IO.File.ReadAllText(FilePath));
        Assert.Equal(OwnerOnly, System.IO.File.GetUnixFileMode(FilePath));
        Assert.True(File.Exists);
    }

    [Fact]
    public void A_key_exists_too_while_only_its_successor_does()
    {
        Write(NextPath, _key.Reveal());

        Assert.True(File.Exists);
    }

    [Fact]
    public void A_file_that_cannot_be_made_is_named()
    {
        using var made = File.Make();

        var refused = Assert.Throws<StorageStartException>(File.Make);

        Assert.StartsWith($"Cannot create the master key file {FilePath}: ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(made.Reveal() + "\n", System.IO.File.ReadAllText(FilePath));
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

            using var read = File.Read(ring);

            Assert.Equal(remaining, read);
            Assert.Equal(remaining.Equals(_key), System.IO.File.Exists(NextPath));
        }
        using (var other = MasterKey.Create())
        {
            Write(NextPath, next.Reveal());
            Write(FilePath, _key.Reveal());
            using var read = File.Read(Ring(other));
            Assert.Equal(_key, read);
        }
        System.IO.File.Delete(FilePath);
        using var alone = File.Read(Ring(next));
        Assert.Equal(next, alone);
    }

    static StoredKeys Ring(MasterKey master) =>
        new(1, [KeyFactory.Create(KeyPurpose.Data, [], master, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, new KeyOptions())]);

    [Fact]
    public void A_successor_that_exists_is_used_and_no_other_takes_its_place()
    {
        using var made = File.MakeNext(null);
        using var again = File.MakeNext(null);
        Assert.Equal(made, again);
        Assert.Equal(made, File.MakeNext(again));

        Assert.Equal(
            $"{NextPath} holds a different key: an earlier change of the master key was interrupted. Run `handstamp keys rewrap` without --new-key to "
            + "complete that change. Then change the key again.",
            Assert.Throws<StorageStartException>(() => File.MakeNext(_key)).Message);
        Assert.Equal(made.Reveal() + "\n", System.IO.File.ReadAllText(NextPath));
    }

    [Fact]
    public void A_given_successor_is_written_as_it_is()
    {
        Assert.Equal(_key, File.MakeNext(_key));

        Assert.Equal(_key.Reveal() + "\n", System.IO.File.ReadAllText(NextPath));
    }

    [Fact]
    public void A_successor_that_another_process_has_put_in_place_is_no_fault() => File.Adopt();

    [Fact]
    public void A_successor_that_cannot_take_its_place_is_kept_and_named()
    {
        Write(NextPath, _key.Reveal());
        _directory.CreateSubdirectory("master.key");

        var refused = Assert.Throws<StorageStartException>(File.Adopt);

        Assert.StartsWith($"The key ring is now encrypted under the key in {NextPath}, but that file cannot replace {FilePath}: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Rename the file yourself, and keep it.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(_key.Reveal(), System.IO.File.ReadAllText(NextPath));
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

        Assert.Equal(OwnerOnly | theirs, File.Close());

        Assert.Equal(OwnerOnly, System.IO.File.GetUnixFileMode(FilePath));
        Assert.Null(File.Close());
    }

    [Fact]
    public void What_is_no_key_keeps_its_mode()
    {
        Write(FilePath, "a letter", OwnerOnly | UnixFileMode.OtherRead);

        Assert.Throws<StorageStartException>(() => File.Close());

        Assert.Equal(OwnerOnly | UnixFileMode.OtherRead, System.IO.File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void A_file_whose_mode_cannot_be_changed_is_named()
    {
        // A directory cannot be opened as a file, not even by root.
        _directory.CreateSubdirectory("master.key");

        var refused = Assert.Throws<StorageStartException>(() => File.Close());

        Assert.StartsWith($"Other users of this machine can read the master key file {FilePath}, and this user cannot change that: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Set its mode to 0600, and its owner to the user that runs the service.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_keeps_the_mode_of_its_target_and_the_mode_is_that_of_the_last_target()
    {
        var target = Path.Combine(_directory.FullName, "mounted");
        Write(target, _key.Reveal(), OwnerOnly | UnixFileMode.OtherRead);
        var link = System.IO.File.CreateSymbolicLink(Path.Combine(_directory.FullName, "link"), target).FullName;
        System.IO.File.CreateSymbolicLink(FilePath, link);

        Assert.Null(File.Close());
        Assert.Equal(OwnerOnly | UnixFileMode.OtherRead, MasterKeyFile.OpenMode(FilePath));

        System.IO.File.Delete(target);
        Assert.Null(MasterKeyFile.OpenMode(FilePath));
        Assert.Null(MasterKeyFile.OpenMode(target));
    }
}
