using System.Text.Json;
using Handstamp.Tokens;

namespace Handstamp.Proof.Fuzz;

/// <summary>DPoP proofs, which contain their key.</summary>
sealed class DpopProofTarget() : JwsTarget(DpopProof.Type)
{
    const string AccessToken = "an access token";

    static readonly Uri Target = new("https://login.example/auth/refresh");
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override string Name => "DPoP proof";

    public override IReadOnlyList<byte[]> Seeds => field ??=
    [
        Seed(key => DpopProof.Create(key, "POST", Target, Now, AccessToken)),
        Seed(key => DpopProof.Create(key, "POST", Target, Now, AccessToken, "a nonce")),
        Seed(key => DpopProof.Create(key, "GET", new Uri("https://login.example:8443/me?a=b"), Now)),
    ];

    protected override (string Outcome, bool Accepted) Judge(string text)
    {
        var outcome = DpopProofVerifier.Verify(text, "POST", Target, AccessToken);
        if (outcome is not DpopProofOutcome.Verified { Proof: var proof }) return (((DpopProofOutcome.Refused)outcome).Reason, false);

        using var claims = JsonDocument.Parse(ClaimsOf(text));
        var read = claims.RootElement;
        Demand(proof.KeyThumbprint == Key.PublicKey.Thumbprint, "the key is the one that signed");
        Demand(read.GetProperty("jti").GetString() == proof.TokenId, "jti");
        Demand(read.GetProperty("iat").GetInt64() == proof.IssuedAt.ToUnixTimeSeconds(), "iat");
        Demand(read.GetProperty("htm").GetString() == "POST", "htm");
        Demand(new Uri(read.GetProperty("htu").GetString()!).GetLeftPart(UriPartial.Path) == Target.AbsoluteUri, "htu");
        return ("Verified", true);
    }
}
