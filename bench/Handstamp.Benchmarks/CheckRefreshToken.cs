using BenchmarkDotNet.Attributes;
using Handstamp.Tokens;

namespace Handstamp.Benchmarks;

/// <summary>What does a refresh token cost before any database query? A forged token must not cost more.</summary>
public class CheckRefreshToken
{
    readonly MacKey _key = MacKey.Create(1);
    Func<byte, MacKey?> _findKey = _ => null;
    string _good = "";
    string _forged = "";

    [GlobalSetup]
    public void Make()
    {
        _good = RefreshToken.Create(_key, Sample.SessionId, 7).Encode();
        _findKey = id => id == _key.Id ? _key : null;
        _forged = RefreshToken.Create(MacKey.Create(1), Sample.SessionId, 7).Encode();
        if (!Good() || Forged()) throw new InvalidOperationException("The tokens are not what they should be.");
    }

    [Benchmark]
    public bool Good() => Check(_good);

    [Benchmark]
    public bool Forged() => Check(_forged);

    bool Check(string text) => AuthenticToken.TryParse(text, _findKey, out _, out _);
}
