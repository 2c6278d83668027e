using System.Security.Claims;
using BenchmarkDotNet.Attributes;
using Handstamp.Bearer.Verification;

namespace Handstamp.Benchmarks;

/// <summary>What does a token that the API has seen before cost: the look-up among many, and the principal?</summary>
public class VerifyRememberedToken
{
    const int Others = 5000;

    readonly string _token = Sample.Token.ToJwt(Sample.Key);
    readonly RememberedTokens _remembered = new(4 * Others);
    readonly VerifiedToken _verified = new(Sample.Token, Sample.Key.KeyId);

    [GlobalSetup]
    public void Remember()
    {
        for (var i = 0; i < Others; i++)
            RememberOne((Sample.Token with { TokenId = $"{i}" }).ToJwt(Sample.Key));
        RememberOne(_token);
    }

    // The second time it is seen.
    void RememberOne(string token)
    {
        _remembered.Note(token, _verified);
        _remembered.Note(token, _verified);
    }

    [Benchmark]
    public object? LookUp() => _remembered.Find(_token);

    [Benchmark]
    public ClaimsPrincipal LookUpAndPrincipal() => _remembered.Find(_token)!.CreatePrincipal();
}
