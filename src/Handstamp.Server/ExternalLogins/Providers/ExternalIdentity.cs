namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>A person as a provider knows them. Only issuer and subject identify them.</summary>
/// <param name="Provider">The operator's name for the provider.</param>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">The person at it.</param>
/// <param name="Label">What the person recognizes it by: an address or a user name. It may change.</param>
/// <param name="ProvedEmail">An address of which the provider is known to have made sure that it is the person's; otherwise null.</param>
sealed record ExternalIdentity(string Provider, string Issuer, string Subject, string? Label, string? ProvedEmail);
