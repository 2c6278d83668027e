using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.ExternalLogins;

/// <summary>The body of <c>POST /login/external/start</c> and of <c>POST /external-logins/start</c>.</summary>
sealed class StartExternalRequest
{
    /// <summary>The operator's name for the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The app's address to which the provider sends the browser back. Omitted if the app uses the provider's own library.</summary>
    public string? RedirectUri { get; init; }

    /// <summary>The version of the terms that the person accepts, if there are terms and the login adds an account.</summary>
    public string? Terms { get; init; }
}

/// <summary>The answer of both. A class and not a record: its text must not show the ceremony.</summary>
sealed class StartedExternal
{
    /// <summary>For the app that has begun, until the visit ends.</summary>
    public required string Ceremony { get; init; }

    /// <summary>Where the app sends the browser.</summary>
    public string? Url { get; init; }

    /// <summary>What the app gives to the provider's own library.</summary>
    public string? Nonce { get; init; }

    /// <summary>How many seconds the person has.</summary>
    public required long ExpiresIn { get; init; }
}

/// <summary>What a provider has answered. A class and not a record: its text must not show it.</summary>
sealed class LoginExternalRequest : LoginMembers
{
    public required string Ceremony { get; init; }

    /// <summary>The address to which the provider has sent the browser, with its query.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>The ID token from the provider's own library.</summary>
    public string? IdToken { get; init; }
}

/// <summary><c>POST /login/external/start</c> and <c>POST /login/external</c>: a login of an app by a provider.</summary>
sealed class LoginExternal(ExternalVisits visits, ExternalLoginOperations logins, LoginRoute route)
{
    static readonly Refusal NeedsOne = new(Problems.InvalidRequest, "Send either the member 'callback_url' or the member 'id_token'.");

    public ValueTask<Refusal?> StartAsync(HttpContext context) => StartAsync(context, visits, accountId: null);

    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(ExternalLoginJson.Default.LoginExternalRequest)).Has(out var request, out var refusal)) return refusal;
        if (!Answer(request.CallbackUrl, request.IdToken).Has(out var answer, out refusal)) return refusal;
        if (!route.Accept(context, request).Has(out var call, out refusal)) return refusal;

        var outcome = await logins.LoginAsync(call.Wanted, request.Ceremony, answer, Origin.Of(context), context.RequestAborted);
        return await route.FinishAsync(context, outcome, call.Proof, call.Resource);
    }

    /// <summary>The one of the two that was sent.</summary>
    public static OrRefusal<string> Answer(string? callbackUrl, string? idToken) =>
        callbackUrl is null == idToken is null ? NeedsOne : callbackUrl ?? idToken!;

    /// <summary>Begins a visit of an app, for a login or for an account.</summary>
    public static async ValueTask<Refusal?> StartAsync(HttpContext context, ExternalVisits visits, Guid? accountId)
    {
        if (!(await context.ReadJsonAsync(ExternalLoginJson.Default.StartExternalRequest)).Has(out var request, out var refusal)) return refusal;
        if (!(await visits.BeginOfAppAsync(request.Provider, request.RedirectUri, accountId, request.Terms, context.RequestAborted))
            .Has(out var begun, out refusal))
            return refusal;

        var answer = new StartedExternal
        {
            Ceremony = begun.Open.Text,
            Url = begun.Address,
            Nonce = begun.Address is null ? begun.Open.Nonce : null,
            ExpiresIn = (long)Ceremonies.Life.TotalSeconds,
        };
        await context.Response.WriteAsJsonAsync(answer, ExternalLoginJson.Default.StartedExternal);
        return null;
    }
}
