using System.Diagnostics;
using System.Text;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Compares the normalization with another program's: Node has ICU.</summary>
public sealed class NfcAgreementTests
{
    const int Seed = 15;
    const int Texts = 20_000;
    const int LongestText = 12;

    [Fact]
    [Trait("Kind", "Proof")]
    public async Task Every_character_is_normalized_as_in_ICU() => await AgreesAsync(
        Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Where(point => point is not '\n').Select(char.ConvertFromUtf32));

    [Fact]
    public async Task Random_texts_of_composing_characters_are_normalized_as_in_ICU()
    {
        var random = new Random(Seed);
        int[] points =
        [
            'a', 'e', 0x1100, 0x1112, 0x1161, 0x1175, 0x11A7, 0x11A8, 0x11C2, 0xAC00, 0xAC01, 0xD788,
            .. NfcTable.Loaded.Decompositions.SelectMany(entry => new[] { entry.Key, entry.Value.First, entry.Value.Second ?? 'a' }),
            .. NfcTable.Loaded.Classes.Keys,
        ];
        await AgreesAsync(Enumerable.Range(0, Texts).Select(_ => string.Concat(
            random.GetItems(points, random.Next(1, LongestText)).Select(char.ConvertFromUtf32))));
    }

    /// <summary>One per line: no character composes with the end of a line.</summary>
    static async Task AgreesAsync(IEnumerable<string> texts)
    {
        var lines = texts.ToList();
        using var node = Process.Start(new ProcessStartInfo(
            "node", ["-e", "process.stdout.write(require('fs').readFileSync(0, 'utf8').normalize('NFC'))"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.StandardInput.WriteAsync(string.Join('\n', lines));
        node.StandardInput.Close();
        Assert.Equal((await output).Split('\n'), lines.Select(Nfc.Of));
    }
}
