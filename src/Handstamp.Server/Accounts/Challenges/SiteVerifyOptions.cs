namespace Handstamp.Server.Accounts.Challenges;

/// <summary>The services whose facts are known.</summary>
enum SiteVerifyService
{
    Turnstile,
    HCaptcha,
    ReCaptcha,
}

/// <summary>
/// The section <c>Challenge:SiteVerify</c>: a service with a <c>siteverify</c> route, whose widget takes the place of the proof of work.
/// What is not set is as <see cref="Service"/> has it.
/// </summary>
sealed class SiteVerifyOptions
{
    /// <summary>Turnstile, HCaptcha or ReCaptcha (version 2). Null for another service, which needs all other settings.</summary>
    public SiteVerifyService? Service { get; set; }

    /// <summary>The public key of the site, for the widget.</summary>
    public string? SiteKey { get; set; }

    /// <summary>The secret of the site, for the verification.</summary>
    public string? Secret { get; set; }

    /// <summary>The address that verifies responses.</summary>
    public string? Url { get; set; }

    /// <summary>The address of the widget's script.</summary>
    public string? Script { get; set; }

    /// <summary>Where the script and the frames of the widget come from. By default the origin of the script.</summary>
    public IReadOnlyList<string> Sources { get; set; } = [];

    /// <summary>The class of the element in which the script shows the widget.</summary>
    public string? Class { get; set; }

    /// <summary>The field that the widget puts into the form.</summary>
    public string? Field { get; set; }
}
