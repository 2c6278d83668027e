using System.Text;
using Handstamp.Proof.Wire;
using Handstamp.Tokens;

namespace Handstamp.Proof.Fuzz;

/// <summary>The cookies of <c>/refresh</c>: any text that a header can hold. Each line of an input is its own header.</summary>
sealed class CookieTarget(FuzzedService service) : FuzzTarget, IDisposable
{
    const string Cookie = "handstamp=";

    readonly RawClient _client = new(service.Address);

    string Token => service.Cookie;

    public override string Name => "the cookie";

    public override IReadOnlyList<byte[]> Seeds =>
    [
        Bytes($"{Cookie}{Token}"), Bytes($"a=b; {Cookie}{Forged(1)}; {Cookie}{Token}\n{Cookie}{Forged(2)}"), Bytes($"{Cookie}\"{Token}\""),
        Bytes(string.Join("; ", Enumerable.Range(0, 2000).Select(n => $"{Cookie}{n}"))),
    ];

    // The pairs stay whole; they are doubled, reordered, forged, or joined in another way.
    public override byte[]? Rebuild(byte[] input, Random random)
    {
        var pairs = Encoding.UTF8.GetString(input).Split([';', '\n'], StringSplitOptions.TrimEntries).Take(10).ToList();
        pairs.Insert(random.Next(pairs.Count + 1), random.Pick([random.Pick(pairs), Cookie, Cookie + Forged(random.Next(1, 9)), Cookie + Token, "handstamp"]));
        if (random.Next(3) == 0) pairs.RemoveAt(random.Next(pairs.Count));
        return Bytes(string.Join(random.Pick(["; ", ";", " ; ", "\n", ", ", ";;"]), pairs));
    }

    public override ValueTask<string> TryAsync(byte[] input)
    {
        var answer = _client.Exchange(Request(input));
        // A byte that no header may have is refused below the service, with a short answer. A head that is too long is
        // refused there, too.
        return ValueTask.FromResult(answer is { Status: 400 or 431, Body: [] } ? "refused by the server" : FuzzedService.Judge(answer));
    }

    public void Dispose() => _client.Dispose();

    static byte[] Request(byte[] cookies)
    {
        var lines = Encoding.Latin1.GetString(cookies).Replace("\r", "", StringComparison.Ordinal).Split('\n');
        return Encoding.Latin1.GetBytes(
            $"POST /refresh HTTP/1.1\r\nHost: localhost\r\n{string.Concat(lines.Select(line => $"Cookie: {line}\r\n"))}\r\n");
    }

    static string Forged(int generation) => RefreshToken.Create(new MacKey(1, new byte[MacKey.SecretSize]), Guid.Empty, generation).Encode();

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
