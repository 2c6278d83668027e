using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Bearer;

/// <summary>
/// A requirement that checks itself. With <c>AuthorizationHandler</c>, each handler would check all requirements of its
/// kind.
/// </summary>
sealed class ScopeRequirement : IAuthorizationRequirement, IAuthorizationHandler
{
    readonly string _scope;

    public ScopeRequirement(string scope)
    {
        // RFC 6749 §3.3. The rule also prevents a value from ending the quoted string that contains it in the answer.
        if (scope.Length == 0 || !scope.All(c => c is > ' ' and <= '~' and not ('"' or '\\')))
            throw new ArgumentException($"'{scope}' is not a scope.", nameof(scope));
        _scope = scope;
    }

    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        if (context.User.FindAll("scope").Any(Holds))
            context.Succeed(this);
        else if (context.Resource is HttpContext http)
            MissingScopes.Of(http).Add(_scope);
        return Task.CompletedTask;
    }

    public override string ToString() => $"the scope {_scope}";

    // Other schemes keep the whole scope in one claim, with spaces between the words.
    bool Holds(Claim claim)
    {
        foreach (var word in claim.Value.AsSpan().Split(' '))
        {
            if (claim.Value.AsSpan(word).SequenceEqual(_scope)) return true;
        }

        return false;
    }
}

/// <summary>The scopes that a request lacks. The answer names them.</summary>
sealed class MissingScopes
{
    readonly List<string> _scopes = [];

    public static MissingScopes Of(HttpContext context)
    {
        if (context.Features.Get<MissingScopes>() is { } missing) return missing;

        context.Features.Set(missing = new MissingScopes());
        return missing;
    }

    public void Add(string scope) => _scopes.Add(scope);

    /// <summary>RFC 6750 §3.1.</summary>
    public string Challenge => $"Bearer error=\"insufficient_scope\", scope=\"{string.Join(' ', _scopes)}\"";
}
