using Handstamp.Tokens;

namespace Handstamp.Client.Service;

/// <summary>Adds a proof to the requests to the service that name a key.</summary>
sealed class ProofHandler(Proofs proofs, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public static readonly HttpRequestOptionsKey<SigningKey?> Key = new("Handstamp.Key");

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Options.TryGetValue(Key, out var key) && key is not null
            ? proofs.SendAsync(
                request, key, request.Headers.Authorization?.Parameter, repeatable: true,
                () => base.SendAsync(request, cancellationToken))
            : base.SendAsync(request, cancellationToken);
}
