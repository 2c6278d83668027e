using BenchmarkDotNet.Attributes;

namespace Handstamp.Benchmarks;

/// <summary>
/// What does it cost to make an access token? Nearly all of it is the signature, which is measured separately.
/// </summary>
public class IssueAccessToken
{
    readonly byte[] _data = new byte[400];
    readonly byte[] _signature = new byte[64];

    [Benchmark]
    public int SignatureAlone() => Sample.Key.Sign(_data, _signature);

    [Benchmark]
    public string AccessToken() => Sample.Token.ToJwt(Sample.Key);
}
