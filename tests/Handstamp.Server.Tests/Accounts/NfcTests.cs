using System.Diagnostics;
using System.Text;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Compares the normalization with another program's: Node has ICU.</summary>
public sealed class NfcTests
{
    const int Seed = 15;
    const int Texts = 20_000;
    const int LongestText = 12;

    [Theory]
    [InlineData("u\u0308ber", "\u00FCber")]
    [InlineData("\u00FCber", "\u00FCber")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    // Marks of two classes, in the wrong order.
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    // Composed characters whose parts Unicode prefers.
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u212B", "\u00C5")]
    // A mark between two characters keeps them apart.
    [InlineData("a\u0327\u0301", "\u00E1\u0327")]
    [InlineData("\u0301", "\u0301")]
    public void Texts_that_look_the_same_get_one_form(string text, string normal) => Assert.Equal(normal, Nfc.Of(text));

    [Theory]
    [InlineData("")]
    [InlineData("correct horse battery staple")]
    [InlineData("\uD800")]
    [InlineData("a\uDC00\u0300")]
    public void A_text_with_nothing_to_compose_stays_unchanged(string text) => Assert.Equal(text, Nfc.Of(text));

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
