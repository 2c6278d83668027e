using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Handstamp.TestBed;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>The section <c>Keys</c>: what it accepts.</summary>
public sealed class KeyOptionsTests : IDisposable
{
    static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    static readonly TimeSpan Year = TimeSpan.FromDays(366);
    static readonly TimeSpan Week = TimeSpan.FromDays(7);

    readonly TempDirectory _data = new();
    readonly TempDirectory _elsewhere = new();

    public void Dispose()
    {
        _data.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public void The_algorithm_is_one_that_the_service_signs_with()
    {
        Assert.Empty(Faults(new() { Algorithm = "ES256" }));
        Assert.Empty(Faults(new() { Algorithm = "RS256" }));
        Assert.Equal(["Keys:Algorithm is 'HS256'; it has to be ES256 or RS256."], Faults(new() { Algorithm = "HS256" }));
    }

    [Fact]
    public void A_signing_key_lives_an_hour_to_a_year()
    {
        Assert.Empty(Faults(new() { SigningLifetime = Hour, Announcement = TimeSpan.Zero }));
        Assert.Empty(Faults(new() { SigningLifetime = Year }));
        Assert.StartsWith("Keys:SigningLifetime is 00:59:59", Assert.Single(Faults(new() { SigningLifetime = Hour - Tick, Announcement = TimeSpan.Zero })), StringComparison.Ordinal);
        Assert.StartsWith("Keys:SigningLifetime is 366.", Assert.Single(Faults(new() { SigningLifetime = Year + Tick })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_announced_for_at_most_a_week_and_for_less_than_its_life()
    {
        Assert.Empty(Faults(new() { Announcement = TimeSpan.Zero }));
        Assert.Empty(Faults(new() { Announcement = Week }));
        Assert.Empty(Faults(new() { SigningLifetime = Week, Announcement = Week - Tick }));
        Assert.StartsWith("Keys:Announcement is -", Assert.Single(Faults(new() { Announcement = -Tick })), StringComparison.Ordinal);
        Assert.StartsWith("Keys:Announcement is 7.", Assert.Single(Faults(new() { Announcement = Week + Tick })), StringComparison.Ordinal);
        Assert.Equal(["Keys:Announcement has to be shorter than Keys:SigningLifetime."], Faults(new() { SigningLifetime = Week, Announcement = Week }));
    }

    [Fact]
    public void The_master_key_has_one_place()
    {
        Assert.Empty(Faults(new() { MasterKey = "a" }));
        Assert.Empty(Faults(new() { MasterKeyFile = "a" }));
        Assert.Equal(["Keys:MasterKey and Keys:MasterKeyFile are both set. Set only one of them."], Faults(new() { MasterKey = "a", MasterKeyFile = "a" }));
    }

    [Fact]
    public void Passwords_are_sealed_only_with_a_master_key_from_elsewhere()
    {
        var (inside, outside) = (_data.Write("key", "a"), _elsewhere.Write("key", "a"));

        Assert.Empty(Faults(new() { SealPasswords = true, MasterKey = "a" }));
        Assert.Empty(Faults(new() { SealPasswords = true, MasterKeyFile = outside }));
        foreach (var options in new KeyOptions[] { new() { SealPasswords = true }, new() { SealPasswords = true, MasterKeyFile = inside } })
        {
            var fault = Assert.Single(Faults(options));
            Assert.StartsWith("Keys:SealPasswords is true, but the master key lies in the data directory", fault, StringComparison.Ordinal);
            Assert.EndsWith("Keys:MasterKeyFile to a file elsewhere.", fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_link_says_nothing_about_where_the_master_key_lies()
    {
        var (inside, outside) = (_data.Write("key", "a"), _elsewhere.Write("key", "a"));
        var toOutside = Link(_data, "link", Link(_data, "hop", outside));
        var toInside = Link(_elsewhere, "link", Link(_elsewhere, "hop", inside));

        Assert.Empty(Faults(new() { SealPasswords = true, MasterKeyFile = toOutside }));
        Assert.Single(Faults(new() { SealPasswords = true, MasterKeyFile = toInside }));
    }

    static string Link(TempDirectory directory, string name, string target) =>
        File.CreateSymbolicLink(Path.Combine(directory.Path, name), target).FullName;

    IEnumerable<string> Faults(KeyOptions options) =>
        new KeyOptionsValidator(Options.Create(new StorageOptions { DataDirectory = _data.Path })).Validate(Options.DefaultName, options).Failures ?? [];
}
