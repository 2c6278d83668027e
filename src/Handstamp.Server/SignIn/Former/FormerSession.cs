namespace Handstamp.Server.SignIn.Former;

/// <summary>A live session of the former system. One of <see cref="AccountId"/>, <see cref="Email"/> and <see cref="Username"/> says whose it is.</summary>
public sealed class FormerSession
{
    /// <summary>The id of the account here. It is the former one if the import has kept it.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>An e-mail address of the account, if the id is not known.</summary>
    public string? Email { get; init; }

    /// <summary>The username of the account, if neither of them is known.</summary>
    public string? Username { get; init; }

    /// <summary>When the person has logged in there; null if it is not known.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>How the person has logged in there, as RFC 8176 names it: <c>pwd</c>, <c>mfa</c>. May be empty.</summary>
    public IReadOnlyList<string> AuthenticationMethods { get; init; } = [];
}
