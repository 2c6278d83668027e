using Xunit;

namespace Handstamp.Host.Tests.Settings;

public sealed class SealPasswordsTests : IDisposable
{
    readonly Installation _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task Passwords_are_sealed_only_with_a_master_key_from_outside_the_data_directory()
    {
        using var elsewhere = new Installation();
        const string Key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        var (inside, outside) = (_here.Write("secret", Key), elsewhere.Write("secret", Key));
        File.CreateSymbolicLink(elsewhere.File("link"), inside);

        foreach (var arguments in (string[][])[[], ["--Keys:MasterKeyFile", inside], ["--Keys:MasterKeyFile", elsewhere.File("link")]])
            foreach (var command in (string[])["check-config", "serve"])
            {
                var result = await _here.RunAsync([command, "--Keys:SealPasswords=true", "--urls", "http://127.0.0.1:0", .. arguments]);
                Assert.Equal(1, result.ExitCode);
                Assert.Contains("Keys:SealPasswords is true, but the master key lies in the data directory", result.Error, StringComparison.Ordinal);
            }
        await _here.AskAsync("check-config", "--Keys:SealPasswords=true", "--Keys:MasterKeyFile", outside);
    }
}
