using Handstamp.Tokens;

namespace Handstamp.Server.Sessions.Dpop;

/// <summary>The proof that a request came with, if it came with one; it may have been used before.</summary>
readonly record struct PresentedProof(DpopProof? Proof, DateTimeOffset Until)
{
    /// <summary>The key that the request has shown to hold.</summary>
    public string? KeyThumbprint => Proof?.KeyThumbprint;
}
