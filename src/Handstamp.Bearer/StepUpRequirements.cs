using System.Globalization;
using System.Security.Claims;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Bearer;

/// <summary>How long ago the person may have authenticated. A requirement that checks itself, as the one for scopes.</summary>
sealed class AgeRequirement : IAuthorizationRequirement, IAuthorizationHandler
{
    readonly TimeSpan _age;

    public AgeRequirement(TimeSpan age)
    {
        // The answer names it in whole seconds.
        ArgumentOutOfRangeException.ThrowIfLessThan(age, TimeSpan.FromSeconds(1));
        _age = age;
    }

    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        var http = context.Resource as HttpContext;
        var now = (http?.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System).GetUtcNow();
        if (context.User.FindAll("auth_time").Any(claim => IsRecent(claim, now))) context.Succeed(this);
        else if (http is not null) MissingAuthentication.Of(http).Add(_age);
        return Task.CompletedTask;
    }

    public override string ToString() => $"an authentication within {_age}";

    bool IsRecent(Claim claim, DateTimeOffset now) =>
        long.TryParse(claim.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && now.ToUnixTimeSeconds() - seconds <= _age.TotalSeconds;
}

/// <summary>How strongly the person has to have authenticated.</summary>
sealed class AcrRequirement : IAuthorizationRequirement, IAuthorizationHandler
{
    readonly string _acr;

    public AcrRequirement(string acr)
    {
        // Refuses a value that it does not know.
        AuthenticationContexts.Meets(null, acr);
        _acr = acr;
    }

    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        if (context.User.FindAll("acr").Any(claim => AuthenticationContexts.Meets(claim.Value, _acr))) context.Succeed(this);
        else if (context.Resource is HttpContext http) MissingAuthentication.Of(http).Add(_acr);
        return Task.CompletedTask;
    }

    public override string ToString() => $"the acr {_acr}";
}

/// <summary>The authentication that a request lacks: the answer asks for it, as strict as the strictest requirement.</summary>
sealed class MissingAuthentication
{
    TimeSpan? _age;
    string? _acr;

    public static MissingAuthentication Of(HttpContext context)
    {
        if (context.Features.Get<MissingAuthentication>() is { } missing) return missing;

        context.Features.Set(missing = new MissingAuthentication());
        return missing;
    }

    public void Add(TimeSpan age) => _age = _age < age ? _age : age;

    public void Add(string acr) => _acr = AuthenticationContexts.Meets(_acr, acr) ? _acr : acr;

    /// <summary>RFC 9470 §3.</summary>
    public string Challenge =>
        "Bearer error=\"insufficient_user_authentication\", error_description=\"The person has to authenticate again.\""
        + (_age is { } age ? string.Create(CultureInfo.InvariantCulture, $", max_age=\"{(long)age.TotalSeconds}\"") : "")
        + (_acr is { } acr ? $", acr_values=\"{string.Join(' ', AuthenticationContexts.All.Where(value => AuthenticationContexts.Meets(value, acr)))}\"" : "");
}
