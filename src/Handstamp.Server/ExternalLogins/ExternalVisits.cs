using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.Server.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.ExternalLogins;

/// <summary>A visit to a provider that has begun.</summary>
/// <param name="Open">What belongs to it.</param>
/// <param name="Address">Where the browser goes; null if an app asks the provider's own library.</param>
sealed record BegunVisit(OpenCeremony Open, string? Address);

/// <summary>Visits to providers: how one begins, and who has come back from it. Whose account that is, is not its business.</summary>
sealed class ExternalVisits(
    ExternalProviders providers, Ceremonies ceremonies, IThrottleStore throttles, IOptions<AccountOptions> accounts, TimeProvider clock,
    ILogger<ExternalVisits> log)
{
    static readonly Refusal Unknown = new(Problems.InvalidRequest, "There is no provider with this name.");

    static readonly Refusal WithoutIdToken = new(
        Problems.InvalidRequest, "This provider has no ID token for apps. Send the member 'redirect_uri', and the browser to the answer's url.");

    static readonly Refusal NotAllowed = new(
        Problems.InvalidRequest, "The redirect_uri is not in the setting RedirectUris of this provider. They are compared exactly.");

    /// <summary>The providers of the settings.</summary>
    public IReadOnlyList<ProviderSettings> Providers => providers.All;

    /// <summary>Begins a visit from one of the service's own pages.</summary>
    public Task<OrRefusal<BegunVisit>> BeginOnPagesAsync(
        string? provider, string callback, Guid? accountId, string? returnTo, bool isTemporary, string? terms,
        CancellationToken cancel) => BeginAsync(
        provider, _ => null,
        client => ceremonies.Begin(
            accountId is null ? CeremonyUse.LoginOnPages : CeremonyUse.LinkOnPages, client.Settings.Name, callback, accountId, returnTo, isTemporary, terms),
        cancel);

    /// <summary>Begins a visit of an app: of its browser, or without an address of the provider's own library.</summary>
    public Task<OrRefusal<BegunVisit>> BeginOfAppAsync(
        string provider, string? redirectUri, Guid? accountId, string? terms, CancellationToken cancel) => BeginAsync(
        provider, client => Fault(client, redirectUri),
        client => ceremonies.Begin(accountId is null ? CeremonyUse.LoginOfApp : CeremonyUse.LinkOfApp, client.Settings.Name, redirectUri, accountId, terms: terms),
        cancel);

    /// <summary>
    /// Who has come back. <paramref name="answer"/> is the address to which the provider has sent the browser, or the ID token
    /// that the app has got. An attempt counts as a failed login of its network, until the provider has said who it is.
    /// </summary>
    public async Task<OrRefusal<ExternalIdentity>> EndAsync(OpenCeremony open, string answer, Origin by)
    {
        if (providers.Find(open.Ceremony.Provider) is not { } client) return CallbackAnswer.NotBegunHere;
        if (!Question(client, open, answer).Has(out var ask, out var refusal)) return refusal;

        var now = clock.Now();
        Throttle[] failure = [new(ThrottleKeys.ForNetwork(by.Address!), accounts.Value.Throttle.Network)];
        if (await throttles.TryTakeAsync(failure, now) is { } wait) return new Refusal(Problems.TooManyRequests, RetryAfter: wait);
        var outcome = await AskAsync(client.Settings, open, ask);
        if (outcome.Has(out _, out refusal) || refusal.Problem == Problems.ExternalProviderUnavailable)
            await throttles.GiveBackAsync(failure, now);
        return outcome;
    }

    static Refusal? Fault(ProviderClient client, string? redirectUri)
    {
        if (redirectUri is null) return client is OidcClient && client.Settings.Facts.ReturnsNonce ? null : WithoutIdToken;
        return client.Settings.Options.RedirectUris.Contains(redirectUri, StringComparer.Ordinal) ? null : NotAllowed;
    }

    /// <summary>How the provider is asked who it is, if the answer belongs to the ceremony.</summary>
    static OrRefusal<Func<Task<ExternalIdentity>>> Question(ProviderClient client, OpenCeremony open, string answer)
    {
        // Even if nobody waits any more: a code is good once.
        if (open.Ceremony.RedirectUri is null)
            return (Func<Task<ExternalIdentity>>)(() => ((OidcClient)client).IdentifyAsync(answer, open.Nonce, CancellationToken.None));
        return CallbackAnswer.Read(answer, open).Has(out var read, out var refusal)
            ? (Func<Task<ExternalIdentity>>)(() => client.IdentifyAsync(open.Request, read, CancellationToken.None))
            : refusal;
    }

    async Task<OrRefusal<BegunVisit>> BeginAsync(
        string? provider, Func<ProviderClient, Refusal?> fault, Func<ProviderClient, OpenCeremony> begin, CancellationToken cancel)
    {
        if (providers.Find(provider) is not { } client) return Unknown;
        if (fault(client) is { } refusal) return refusal;
        var open = begin(client);
        if (open.Ceremony.RedirectUri is null) return new BegunVisit(open, null);
        try
        {
            return new BegunVisit(open, await client.AddressForAsync(open.Request, cancel));
        }
        catch (ProviderException failure)
        {
            return Unavailable(client.Settings, failure);
        }
    }

    async Task<OrRefusal<ExternalIdentity>> AskAsync(ProviderSettings provider, OpenCeremony open, Func<Task<ExternalIdentity>> ask)
    {
        try
        {
            var identity = await ask();
            return await ceremonies.TryEndAsync(open) ? identity : CallbackAnswer.NotBegunHere;
        }
        catch (ProviderException fault) when (fault.IsRefusal)
        {
            log.Refused(provider.Name, fault.Message);
            return CallbackAnswer.Failed($"The answer of {provider.DisplayName} could not be verified. Begin again.");
        }
        catch (ProviderException fault)
        {
            return Unavailable(provider, fault);
        }
    }

    Refusal Unavailable(ProviderSettings provider, ProviderException fault)
    {
        log.Unavailable(provider.Name, fault.Message, fault.InnerException);
        return new Refusal(
            Problems.ExternalProviderUnavailable, $"{provider.DisplayName} cannot be used now. The log of the service has the reason.",
            ProviderDiscovery.Pause);
    }
}
