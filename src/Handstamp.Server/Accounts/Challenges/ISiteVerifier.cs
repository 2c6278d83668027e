using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts.Challenges;

/// <summary>Asks the service of the settings whether a response of its widget is right.</summary>
interface ISiteVerifier
{
    /// <summary>Its widget; null if the proof of work of this service is used.</summary>
    SiteVerifyWidget? Widget { get; }

    /// <summary>Whether the response is right. The service accepts each once. Refused if the service cannot say it now.</summary>
    Task<OrRefusal<bool>> IsRightAsync(string response, CancellationToken cancel);
}
