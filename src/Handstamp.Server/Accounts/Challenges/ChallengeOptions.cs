using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Challenges;

/// <summary>When the solution of a challenge is demanded.</summary>
enum ChallengeMode
{
    Off,

    /// <summary>Under attack, from devices that are not known.</summary>
    Auto,

    Always,
}

/// <summary>The section <c>Challenge</c>.</summary>
sealed class ChallengeOptions
{
    /// <summary>When a login, a registration or a request for a mail has to bring the solution of a challenge.</summary>
    public ChallengeMode Mode { get; set; } = ChallengeMode.Off;

    /// <summary>The largest solution. On average, half as many numbers have to be tried. 1,000 to 10,000,000.</summary>
    public int MaxNumber { get; set; } = 50_000;

    /// <summary>After how many failures in a minute, as one node counts them, everybody needs a solution. 1 to 1,000,000.</summary>
    public int Failures { get; set; } = 100;

    /// <summary>A service that checks visitors, in place of the proof of work.</summary>
    public SiteVerifyOptions SiteVerify { get; set; } = new();
}

sealed class ChallengeOptionsValidator : IValidateOptions<ChallengeOptions>
{
    public ValidateOptionsResult Validate(string? name, ChallengeOptions options)
    {
        string[] faults =
        [
            .. Enum.IsDefined(options.Mode) ? Array.Empty<string>() : [$"Challenge:Mode is {options.Mode}; it has to be off, auto or always."],
            .. options.MaxNumber is >= 1_000 and <= 10_000_000
                ? Array.Empty<string>()
                : [$"Challenge:MaxNumber is {options.MaxNumber}; it has to be from 1000 to 10000000."],
            .. options.Failures is >= 1 and <= 1_000_000
                ? Array.Empty<string>()
                : [$"Challenge:Failures is {options.Failures}; it has to be from 1 to 1000000."],
            .. SiteVerifyWidget.Faults(options.SiteVerify),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
