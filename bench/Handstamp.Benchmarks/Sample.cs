using Handstamp.Tokens;

namespace Handstamp.Benchmarks;

/// <summary>A token as the service issues it, and the key that signs it.</summary>
static class Sample
{
    public const string Issuer = "https://auth.example.com";

    public static SigningKey Key { get; } = SigningKey.Create(JwsAlgorithm.Find("ES256")!);

    public static DateTimeOffset Now { get; } = DateTimeOffset.UtcNow;

    public static Guid SessionId { get; } = Guid.CreateVersion7(Now);

    public static AccessToken Token { get; } = new()
    {
        Issuer = Issuer,
        Audience = [Issuer],
        Subject = Guid.CreateVersion7(Now).ToString(),
        SessionId = SessionId,
        ClientId = "first-party",
        Roles = ["admin"],
        AuthenticationMethods = ["pwd"],
        AuthenticatedAt = Now,
        IssuedAt = Now,
        ExpiresAt = Now.AddHours(1),
        TokenId = "c29tZS1yYW5kb20taWRlbg",
    };
}
