namespace Handstamp.Server.Keys;

/// <summary>What is sealed under the sealing keys of the ring. The feature that seals registers it.</summary>
interface ISealedTexts
{
    /// <summary>
    /// Seals everything under the current key that is sealed under this one. It can be repeated after an interruption, and nothing is
    /// lost that is changed meanwhile.
    /// </summary>
    Task ResealAsync(string keyId, CancellationToken cancel);
}
