using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Bearer;

/// <summary>
/// A requirement that checks itself; <c>AuthorizationHandler</c> would have each check all of its kind.
/// </summary>
sealed class ScopeRequirement : IAuthorizationRequirement, IAuthorizationHandler
{
    readonly string _scope;

    public ScopeRequirement(string scope)
    {
        // RFC 6749 §3.3. It also keeps the value from ending the quoted string it is answered in.
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

    // Other schemes leave the whole scope in one claim, words separated by spaces.
    bool Holds(Claim claim)
    {
        foreach (var word in claim.Value.AsSpan().Split(' '))
        {
            if (claim.Value.AsSpan(word).SequenceEqual(_scope)) return true;
        }

        return false;
    }
}

/// <summary>The scopes a request was found to lack, for the answer to name.</summary>
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

    public override string ToString() => string.Join(' ', _scopes);
}
