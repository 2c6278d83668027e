using System.Text.RegularExpressions;
using CsCheck;
using Handstamp.Pages;
using Handstamp.TestBed;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

public sealed class BrandTests
{
    static readonly Gen<Color> AnyColor = Gen.Select(Gen.Byte, Gen.Byte, Gen.Byte, (red, green, blue) => new Color(red, green, blue));

    [Fact]
    public void Buttons_and_links_are_readable_in_any_color() => AnyColor.Sample(color =>
    {
        var light = color.ReadableOn(Brand.LightGround, Color.Black);
        var dark = color.ReadableOn(Brand.DarkGround, Color.White);
        // Links on both backgrounds, and the text of buttons, which has the colour of the card.
        return light.Contrast(Brand.LightGround) >= Color.Readable && light.Contrast(Color.White) >= Color.Readable
            && dark.Contrast(Brand.DarkGround) >= Color.Readable && dark.Contrast(new Color(0x17, 0x16, 0x13)) >= Color.Readable;
    });

    [Fact]
    public void A_readable_color_is_not_changed()
    {
        var blue = new Color(0x43, 0x38, 0xca);
        Assert.Equal(blue, blue.ReadableOn(Brand.LightGround, Color.Black));
    }

    [Theory]
    [InlineData("#000000", "#ffffff", 21)]
    [InlineData("#777777", "#ffffff", 4.48)]
    [InlineData("#767676", "#ffffff", 4.54)]
    public void The_contrast_is_calculated_as_in_WCAG(string one, string two, double ratio)
    {
        Assert.True(Color.TryParse(one, out var first));
        Assert.True(Color.TryParse(two, out var second));
        Assert.Equal(ratio, first.Contrast(second), 0.005);
    }

    [Fact]
    public void The_backgrounds_are_those_of_the_style_sheet()
    {
        var style = Asset.ReadText("pages/style.css");
        Assert.Equal([Brand.LightGround.ToString(), "#171613"], Values(style, "ground"));
        Assert.Equal(["#fffdf8", Brand.DarkGround.ToString()], Values(style, "card"));
    }

    [Theory]
    [InlineData("ground", "paper")]
    [InlineData("card", "card")]
    [InlineData("text", "ink")]
    [InlineData("soft", "soft")]
    [InlineData("line", "line")]
    public void The_pages_and_the_playground_have_the_same_colors(string onPages, string onPlayground) => Assert.Equal(
        Values(Asset.ReadText("pages/style.css"), onPages),
        Values(Repository.Read("clients/playground/src/styles/colours.css"), onPlayground));

    [Fact]
    public void The_color_of_the_settings_is_in_the_style_sheet()
    {
        var brand = new Brand(Options.Create(new PagesOptions { AccentColor = "#004400" }));
        var style = System.Text.Encoding.UTF8.GetString(brand.Style.Content);
        Assert.Contains(":root { --accent: #004400; }", style, StringComparison.Ordinal);
        Assert.Equal(2, Values(style, "accent").Count());
    }

    [Theory]
    [InlineData("red")]
    [InlineData("#fff")]
    [InlineData("#12345g")]
    [InlineData("123456")]
    [InlineData("#1234567")]
    [InlineData("#12345\u0661")]
    [InlineData("#fff}*{")]
    [InlineData("#000;}")]
    [InlineData("")]
    public void An_invalid_color_stops_the_start(string color) => Assert.Equal(
        [$"Pages:AccentColor is '{color}'; it has to be a colour such as #4338ca."],
        Faults(options => options.AccentColor = color));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901")]
    public void An_invalid_name_stops_the_start(string name) => Assert.StartsWith(
        "Pages:Name is ", Assert.Single(Faults(options => options.Name = name)), StringComparison.Ordinal);

    [Fact]
    public void A_logo_that_cannot_be_served_stops_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("handstamp-test-");
        var large = Path.Combine(folder.FullName, "large.png");
        File.WriteAllBytes(large, new byte[Asset.MaxLogo + 1]);

        Assert.Equal(["Pages:Logo is 'logo.html'; it has to be a file of type svg, png, jpg or webp."], Faults(options => options.Logo = "logo.html"));
        Assert.Equal(["Pages:Logo is 'nowhere.png', but this file does not exist."], Faults(options => options.Logo = "nowhere.png"));
        Assert.Equal([$"Pages:Logo is '{large}'; it has 262145 bytes, but at most 262144 are allowed."], Faults(options => options.Logo = large));
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("logo.PNG", "image/png")]
    [InlineData("logo.jpeg", "image/jpeg")]
    [InlineData("logo.webp", "image/webp")]
    [InlineData("logo.svg", "image/svg+xml")]
    public async Task The_logo_of_the_settings_is_served(string file, string type)
    {
        var folder = Directory.CreateTempSubdirectory("handstamp-test-");
        var path = Path.Combine(folder.FullName, file);
        File.WriteAllText(path, "picture");
        await using var app = await HandstampApp.StartAsync(new() { ["Pages:Logo"] = path, ["Pages:Name"] = "Müller & Söhne" });
        folder.Delete(recursive: true);
        using var browser = new PageBrowser(app);

        var logo = await browser.GetAsync("/account/logo");

        Assert.Equal((type, "picture"), (logo.Headers["Content-Type"], logo.Html));
        Assert.Equal("Log in – Müller & Söhne", (await browser.GetAsync("/account/login")).Title);
    }

    static IEnumerable<string> Values(string style, string name) =>
        Regex.Matches(style, $"--{name}: (#[0-9a-f]+);").Select(match => match.Groups[1].Value);

    static IEnumerable<string> Faults(Action<PagesOptions> change)
    {
        var options = new PagesOptions();
        change(options);
        return new PagesOptionsValidator().Validate(null, options).Failures ?? [];
    }
}
