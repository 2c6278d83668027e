namespace Handstamp.Server.SignIn;

/// <summary>The values of <c>amr</c> for the factors of a sign-in (RFC 8176 §2).</summary>
static class FactorMethods
{
    /// <summary>A one-time code.</summary>
    public const string OneTimeCode = "otp";

    /// <summary>A key that cannot leave its device.</summary>
    public const string HardwareKey = "hwk";

    /// <summary>A key in software, such as a synchronized passkey.</summary>
    public const string SoftwareKey = "swk";

    /// <summary>The device has verified the person, with a PIN or a fingerprint.</summary>
    public const string UserVerified = "user";

    const string MultipleFactors = "mfa";

    /// <summary>What a session gets for these factors. With two different ones, that includes <c>mfa</c>.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<GivenFactor> given)
    {
        var methods = given.SelectMany(one => one.Methods);
        return [.. (given.Count > 1 ? methods.Append(MultipleFactors) : methods).Distinct()];
    }

    /// <summary>Whether a login with these methods had its second factor, or did not need one.</summary>
    public static bool AreEnough(IReadOnlyList<string> methods) =>
        methods.Contains(MultipleFactors)
        || (methods.Contains(UserVerified) && (methods.Contains(HardwareKey) || methods.Contains(SoftwareKey)));
}
