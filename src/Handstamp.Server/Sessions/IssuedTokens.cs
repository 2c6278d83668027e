using Handstamp.Tokens;

namespace Handstamp.Server.Sessions;

/// <summary>The tokens in the answer to a login or a refresh.</summary>
readonly record struct IssuedTokens(
    string AccessToken, TimeSpan ExpiresIn, RefreshToken RefreshToken, TimeSpan RefreshExpiresIn, Guid SessionId);
