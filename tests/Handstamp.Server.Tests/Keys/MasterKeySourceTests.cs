using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>Where the master key comes from, and what is said about one that cannot be used.</summary>
public sealed class MasterKeySourceTests : IDisposable
{
    static readonly StoredKeys NoRing = new(0, []);

    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("handstamp-test-");
    readonly MasterKey _key = MasterKey.Create();

    public void Dispose()
    {
        _key.Dispose();
        _directory.Delete(recursive: true);
    }

    string PathOf(string file) => Path.Combine(_directory.FullName, file);

    string Write(string file, string text)
    {
        File.WriteAllText(PathOf(file), text);
        return PathOf(file);
    }

    MasterKeySource Source(string? key = null, string? file = null) => new(
        Options.Create(new KeyOptions { MasterKey = key, MasterKeyFile = file }),
        Options.Create(new StorageOptions { DataDirectory = _directory.FullName }),
        NullLogger<MasterKeySource>.Instance);

    [Fact]
    public void The_setting_the_named_file_and_the_default_file_give_the_key()
    {
        foreach (var source in new[] { Source(key: _key.Reveal()), Source(file: Write("named", _key.Reveal())) })
        {
            source.Check();
            using var read = source.Get(NoRing);
            Assert.Equal(_key, read);
        }
        Assert.False(File.Exists(PathOf("master.key")));

        Source().Check();
        using var made = Source().Get(NoRing);
        using var again = Source().Get(NoRing);
        Source().Check();
        Assert.Equal(made, again);
    }

    [Fact]
    public void What_is_no_key_is_refused_by_the_name_of_its_source()
    {
        var (named, byDefault) = (Write("named", "no key"), Write("master.key", "no key"));

        foreach (var (source, name) in new[] { (Source(key: "no key"), "HANDSTAMP_MASTER_KEY"), (Source(file: named), named), (Source(), byDefault) })
        {
            Assert.StartsWith($"{name} does not contain a master key.", Assert.Throws<StorageStartException>(source.Check).Message, StringComparison.Ordinal);
            Assert.StartsWith($"{name} does not contain a master key.", Assert.Throws<StorageStartException>(() => source.Get(NoRing)).Message, StringComparison.Ordinal);
        }
    }
}
