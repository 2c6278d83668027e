using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Breached;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Breached;

/// <summary>The messages about a file that is not a list. No such file stops the service.</summary>
public sealed class PasswordFilterTests : IDisposable
{
    readonly TempDirectory _here = new();

    string List => _here.File("breached.list");

    [Fact]
    public void A_file_that_is_missing_or_not_a_list_is_refused_with_the_reason()
    {
        Assert.Contains("Could not find file", BreachedPasswords.Fault(List));
        Assert.Contains("denied", BreachedPasswords.Fault(_here.Path));
        Assert.Contains("cannot be used", BreachedPasswords.Fault(""));
        Assert.Equal(
            $"Accounts:Password:BreachedFile is {List}, which cannot be used: it is not a list made by `handstamp passwords import`.",
            BreachedPasswords.Fault(_here.Write("breached.list", TestLists.Hash("a violet umbrella"))));
        File.WriteAllText(List, "");
        Assert.Contains("it is not a list made by", BreachedPasswords.Fault(List));
    }

    [Fact]
    public void A_list_of_a_later_version_is_refused_with_its_version()
    {
        Change(bytes => bytes[8] = 2);

        Assert.Contains("its format is version 2, and this executable reads version 1.", BreachedPasswords.Fault(List));
    }

    [Fact]
    public void A_list_that_was_cut_at_any_place_is_refused()
    {
        var whole = Change(_ => { });

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(List, whole[..length]);
            Assert.NotNull(BreachedPasswords.Fault(List));
        }
        File.WriteAllBytes(List, [.. whole, 0]);
        Assert.Contains($"it has {whole.Length + 1} bytes and should have {whole.Length}.", BreachedPasswords.Fault(List));
    }

    [Fact]
    public void A_changed_header_or_table_is_refused_and_never_causes_a_read_outside_the_file()
    {
        var whole = Change(_ => { });
        using var intact = PasswordFilter.Open(List);
        for (var at = 0; at < FilterHeader.Length + FilterPart.Length; at++)
            foreach (var value in (byte[])[0x00, 0x01, 0x7f, 0x80, 0xff])
            {
                if (whole[at] == value) continue;
                Change(bytes => bytes[at] = value);

                Assert.NotNull(BreachedPasswords.Fault(List));
                var outcome = Record.Exception(() => TestLists.Known(List, ["a violet umbrella"]));
                Assert.True(outcome is null or InvalidDataException, $"byte {at}: {outcome}");
            }
    }

    [Fact]
    public void The_list_in_the_executable_is_complete_and_knows_the_most_tried_passwords()
    {
        using var resource = typeof(PasswordFilter).Assembly.GetManifestResourceStream("CommonPasswords.filter")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        File.WriteAllBytes(List, bytes);

        Assert.Null(BreachedPasswords.Fault(List));
        using var filter = PasswordFilter.Open(List);
        Assert.InRange(filter.Count, 200_000, 300_000);
        Assert.All(
            ["password", "PASSWORD", "iloveyou1", "!qaz2wsx", "trustno1", "sunshine1", "pa55word", "екатерина"],
            password => Assert.True(CommonPasswords.Contains(password), password));
        // More than six of a hundred thousand other passwords would be very unlikely.
        Assert.InRange(TestLists.MadeUp(100_000).Count(CommonPasswords.Contains), 0, 5);
    }

    /// <summary>Writes a list with something changed.</summary>
    byte[] Change(Action<byte[]> change)
    {
        TestLists.Write(List, "a violet umbrella", "a green umbrella");
        var bytes = File.ReadAllBytes(List);
        change(bytes);
        File.WriteAllBytes(List, bytes);
        return bytes;
    }

    public void Dispose() => _here.Dispose();
}
