using System.Text.RegularExpressions;
using Handstamp.Server.Accounts.SecondFactors;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>The smallest QR code has 21 squares at each side, and four light ones around them.</summary>
public sealed partial class QrCodeTests
{
    const string Head =
        """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h29v29H0z"/><path d="M""";

    static readonly string Svg = QrCode.Svg("HANDSTAMP");

    [Fact]
    public void It_is_one_path_of_squares_on_white()
    {
        Assert.StartsWith(Head, Svg, StringComparison.Ordinal);
        Assert.Matches(@"d=""(M[0-9]+ [0-9]+h1v1h-1z)+""/></svg>\z", Svg);
    }

    [Fact]
    public void Three_of_its_corners_have_the_pattern_by_which_it_is_found()
    {
        var dark = Dark();

        foreach (var (left, top) in new[] { (4, 4), (18, 4), (4, 18) })
            for (var y = 0; y < 7; y++)
                for (var x = 0; x < 7; x++)
                    Assert.Equal(IsPattern(x, y), dark.Contains((left + x, top + y)));
    }

    [Fact]
    public void All_around_it_is_light()
    {
        var dark = Dark();

        Assert.All(dark, square => Assert.True(square.X is >= 4 and < 25 && square.Y is >= 4 and < 25));
        Assert.Equal(dark.Count, dark.Distinct().Count());
        // Of the 441 squares, about half are dark.
        Assert.InRange(dark.Count, 150, 300);
    }

    // A frame, a light ring, and nine squares in the middle.
    static bool IsPattern(int x, int y) => x is 0 or 6 || y is 0 or 6 || (x is >= 2 and <= 4 && y is >= 2 and <= 4);

    static List<(int X, int Y)> Dark() =>
        [.. Square().Matches(Svg).Select(match => (int.Parse(match.Groups[1].Value), int.Parse(match.Groups[2].Value)))];

    [GeneratedRegex("M([0-9]+) ([0-9]+)h1v1h-1z")]
    private static partial Regex Square();
}
