using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Tokens;

namespace Handstamp.Proof.Fuzz;

/// <summary>
/// A signed token. It is changed as it is, or its contents are changed and signed again with the right key. An accepted
/// token was signed by that key, exactly as it is.
/// </summary>
abstract class JwsTarget(string type) : FuzzTarget, IDisposable
{
    readonly HashSet<string> _signed = [];
    string _lastSigned = "";

    protected SigningKey Key { get; } = FixedKey();

    protected JsonWebKeySet Keys => field ??= new JsonWebKeySet([Key.PublicKey]);

    public override byte[]? Rebuild(byte[] input, Random random)
    {
        if (Encoding.UTF8.GetString(input).Split('.') is not [var header, var claims, _]
            || Decode(header) is not { } headerJson || Decode(claims) is not { } claimsJson) return null;
        // Mostly the claims: with a changed header, an input seldom reaches anything behind the header.
        return random.Next(4) == 0
            ? Sign(JsonMutation.Change(headerJson, random), claimsJson)
            : Sign(headerJson, JsonMutation.Change(claimsJson, random));
    }

    public override void Keep(byte[] input)
    {
        if (Encoding.UTF8.GetString(input) == _lastSigned) _signed.Add(_lastSigned);
    }

    public override ValueTask<string> TryAsync(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var (outcome, accepted) = Judge(text);
        if (accepted)
        {
            Demand(text == _lastSigned || _signed.Contains(text), "what is accepted has been signed");
            Demand(text.Split('.').All(part => Base64Url.EncodeToString(Decode(part)) == part), "what is accepted has one spelling");
        }
        return ValueTask.FromResult(outcome);
    }

    public void Dispose() => Key.Dispose();

    /// <summary>The kind of outcome, and whether the token was accepted. Checks the contents of an accepted token.</summary>
    protected abstract (string Outcome, bool Accepted) Judge(string text);

    protected byte[] Seed(string claims) =>
        Remember(Sign(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","typ":"{{type}}","kid":"{{Key.KeyId}}"}"""), Encoding.UTF8.GetBytes(claims)));

    /// <summary>A seed that the product itself has signed.</summary>
    protected byte[] Seed(Func<SigningKey, string> sign) => Remember(Encoding.UTF8.GetBytes(_lastSigned = sign(Key)));

    protected static byte[] ClaimsOf(string jwt) => Decode(jwt.Split('.')[1])!;

    byte[] Remember(byte[] signed)
    {
        Keep(signed);
        return signed;
    }

    byte[] Sign(byte[] header, byte[] claims)
    {
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        var signature = new byte[Key.SignatureSize];
        Key.Sign(Encoding.ASCII.GetBytes(signed), signature);
        _lastSigned = $"{signed}.{Base64Url.EncodeToString(signature)}";
        return Encoding.ASCII.GetBytes(_lastSigned);
    }

    // The key of RFC 7515 A.3.1, so that an input that was found once can be tried again.
    static SigningKey FixedKey()
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Base64Url.DecodeFromChars("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"),
        });
        return SigningKey.ImportPkcs8(JwsAlgorithm.Es256, key.ExportPkcs8PrivateKey());
    }

    static byte[]? Decode(string segment) => Base64Url.IsValid(segment) ? Base64Url.DecodeFromChars(segment) : null;
}
