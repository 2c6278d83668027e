using Handstamp.Tokens;

namespace Handstamp.Server.Sessions;

/// <summary>What a login and a refresh answer with.</summary>
readonly record struct IssuedTokens(
    string AccessToken, TimeSpan ExpiresIn, RefreshToken RefreshToken, TimeSpan RefreshExpiresIn, Guid SessionId);
