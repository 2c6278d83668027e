namespace Handstamp.Client;

/// <summary>What the service asks for while it is attacked, if another service checks its visitors.</summary>
/// <param name="Service">The other service: <c>turnstile</c>, <c>hcaptcha</c>, <c>recaptcha</c>, or <c>siteverify</c> for one that the operator has named.</param>
/// <param name="SiteKey">The public key for its widget.</param>
/// <param name="Action">What the widget calls the action, if it has a name for it.</param>
public sealed record SiteChallenge(string Service, string SiteKey, string Action);
