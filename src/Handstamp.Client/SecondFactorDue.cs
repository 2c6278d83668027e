namespace Handstamp.Client;

/// <summary>
/// The second step of a login: <see cref="HandstampClient.CompleteLoginAsync"/> takes it. It is valid for ten minutes, and for a few
/// attempts.
/// </summary>
public sealed class SecondFactorDue
{
    internal SecondFactorDue(string token, IReadOnlyList<string> methods, bool isEnrolment) =>
        (Token, Methods, IsEnrolment) = (token, methods, isEnrolment);

    /// <summary>The factors of the account: <c>totp</c>, <c>recovery_code</c>, and others. Any one of them is enough.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>
    /// Whether the account has none of them and has to add one: <see cref="HandstampClient.BeginAuthenticatorAtLoginAsync"/>.
    /// </summary>
    public bool IsEnrolment { get; }

    /// <summary>
    /// When the account is deleted, if its owner has to say whether it is kept: <see cref="HandstampClient.KeepAccountAsync"/>.
    /// Otherwise null.
    /// </summary>
    public DateTimeOffset? DeletesAt { get; internal init; }

    internal string Token { get; }

    /// <summary>The private key (PKCS #8) to which the session will be bound, if any.</summary>
    internal byte[]? Key { get; set; }
}
