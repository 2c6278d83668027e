using BenchmarkDotNet.Attributes;
using Handstamp.Tokens;

namespace Handstamp.Benchmarks;

/// <summary>What does a token cost an API that sees it for the first time?</summary>
public class VerifyColdToken
{
    readonly string _token = Sample.Token.ToJwt(Sample.Key);
    readonly JsonWebKeySet _keys = new([Sample.Key.PublicKey]);
    readonly AccessTokenRules _rules = new() { Issuer = Sample.Issuer, Audiences = [Sample.Issuer] };

    [Benchmark]
    public object Verify() => AccessTokenVerifier.Verify(_token, _keys, _rules, Sample.Now);
}
