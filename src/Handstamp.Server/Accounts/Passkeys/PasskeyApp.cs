using System.Buffers.Text;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>A mobile app that may use the passkeys of this service.</summary>
abstract partial record PasskeyApp
{
    PasskeyApp() { }

    /// <summary>An app of iOS or macOS: the id of the team and the id of the bundle.</summary>
    public sealed record Apple(string Id) : PasskeyApp;

    /// <summary>An app of Android, with the fingerprint of the certificate that signed it.</summary>
    public sealed record Android(string Package, byte[] Fingerprint) : PasskeyApp
    {
        /// <summary>What the app shows instead of the origin of a page.</summary>
        public string Origin => $"android:apk-key-hash:{Base64Url.EncodeToString(Fingerprint)}";

        /// <summary>The fingerprint as the tools of Android print it.</summary>
        public string FingerprintText => BitConverter.ToString(Fingerprint).Replace('-', ':');
    }

    /// <summary>Null if the text is neither.</summary>
    public static PasskeyApp? Parse(string text)
    {
        if (AppleId().IsMatch(text)) return new Apple(text);
        var match = AndroidApp().Match(text);
        return match.Success
            ? new Android(match.Groups[1].Value, Convert.FromHexString(match.Groups[2].Value.Replace(":", "", StringComparison.Ordinal)))
            : null;
    }

    [GeneratedRegex(@"\A[A-Z0-9]{10}(\.[A-Za-z0-9-]+)+\z")]
    private static partial Regex AppleId();

    [GeneratedRegex(@"\A([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+)=((?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{64})\z")]
    private static partial Regex AndroidApp();
}
