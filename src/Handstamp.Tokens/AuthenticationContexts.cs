namespace Handstamp.Tokens;

/// <summary>
/// The values of <c>acr</c>: how strongly a person has proved who they are. <c>phr</c> and <c>phrh</c> are from OpenID
/// Connect Extended Authentication Profile ACR Values 1.0.
/// </summary>
public static class AuthenticationContexts
{
    /// <summary>One factor, such as a password.</summary>
    public const string OneFactor = "1";

    /// <summary>Two different factors, such as a password and a code of an authenticator app.</summary>
    public const string TwoFactors = "2";

    /// <summary>A passkey, which cannot be given to a false page.</summary>
    public const string PhishingResistant = "phr";

    /// <summary>A passkey that cannot leave its device.</summary>
    public const string PhishingResistantHardware = "phrh";

    /// <summary>All of them, the weakest first.</summary>
    public static IReadOnlyList<string> All { get; } = [OneFactor, TwoFactors, PhishingResistant, PhishingResistantHardware];

    /// <summary>What these methods (<c>amr</c>, RFC 8176) amount to.</summary>
    public static string Of(IReadOnlyList<string> methods) =>
        methods.Contains("hwk") ? PhishingResistantHardware
        : methods.Contains("swk") ? PhishingResistant
        : methods.Contains("mfa") ? TwoFactors
        : OneFactor;

    /// <summary>
    /// Whether a value is at least as strong as the required one. A value that is not listed here is weaker than all.
    /// </summary>
    /// <exception cref="ArgumentException">The required value is not listed here.</exception>
    public static bool Meets(string? given, string required)
    {
        var least = Rank(required);
        if (least < 0) throw new ArgumentException($"'{required}' is not one of {string.Join(", ", All)}.", nameof(required));
        return Rank(given) >= least;
    }

    static int Rank(string? value)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i] == value) return i;
        }

        return -1;
    }
}
