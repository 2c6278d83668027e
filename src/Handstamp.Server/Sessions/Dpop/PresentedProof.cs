using Handstamp.Tokens;

namespace Handstamp.Server.Sessions.Dpop;

/// <summary>The proof of a request, if there is one; it may have been used before.</summary>
readonly record struct PresentedProof(DpopProof? Proof, DateTimeOffset Until)
{
    /// <summary>The key that the request has proved to hold.</summary>
    public string? KeyThumbprint => Proof?.KeyThumbprint;
}
