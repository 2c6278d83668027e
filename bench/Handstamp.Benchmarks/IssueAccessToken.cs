using BenchmarkDotNet.Attributes;

namespace Handstamp.Benchmarks;

/// <summary>What does an access token cost to make? Nearly all of it is the signature, measured beside it.</summary>
public class IssueAccessToken
{
    readonly byte[] _data = new byte[400];
    readonly byte[] _signature = new byte[64];

    [Benchmark]
    public int SignatureAlone() => Sample.Key.Sign(_data, _signature);

    [Benchmark]
    public string AccessToken() => Sample.Token.ToJwt(Sample.Key);
}
