using Microsoft.Extensions.Options;

namespace Handstamp.Pages;

/// <summary>Name, logo and colours, from the settings.</summary>
sealed class Brand
{
    // The backgrounds of style.css; a test compares them.
    public static readonly Color LightGround = new(0xf5, 0xf1, 0xe8);
    public static readonly Color DarkGround = new(0x21, 0x1f, 0x1b);

    public Brand(IOptions<PagesOptions> options)
    {
        var settings = options.Value;
        Name = settings.Name;
        Style = Asset.OfText("text/css; charset=utf-8", ColorsOf(settings) + Asset.ReadText("pages/style.css"));
        Logo = settings.Logo is { } file
            ? new Asset(Asset.TypeOf(Path.GetExtension(file))!, File.ReadAllBytes(file))
            : Asset.OfText("image/svg+xml", Asset.ReadText("pages/logo.svg"));
    }

    public static Asset PasskeyScript { get; } = Asset.OfText("text/javascript; charset=utf-8", Asset.ReadText("pages/passkeys.js"));

    public static Asset ChallengeScript { get; } = Asset.OfText("text/javascript; charset=utf-8", Asset.ReadText("pages/challenge.js"));

    public static Asset ShowPasswordScript { get; } =
        Asset.OfText("text/javascript; charset=utf-8", Asset.ReadText("pages/show-password.js"));

    public string Name { get; }

    public Asset Style { get; }

    public Asset Logo { get; }

    static string ColorsOf(PagesOptions settings)
    {
        if (!Color.TryParse(settings.AccentColor, out var accent))
            throw new InvalidOperationException("The settings have not been validated.");
        return $$"""
            :root { --accent: {{accent.ReadableOn(LightGround, Color.Black)}}; }
            @media (prefers-color-scheme: dark) { :root { --accent: {{accent.ReadableOn(DarkGround, Color.White)}}; } }

            """;
    }
}
