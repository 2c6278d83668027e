using System.Text;
using Handstamp.Proof.Wire;
using Handstamp.TestBed;
using Handstamp.Tokens;

namespace Handstamp.Proof.Fuzz;

/// <summary>
/// Whole requests, each on its own connection: request lines, headers, cookies, media types, framing. A request that
/// breaks the framing is refused by the server below the service, with the server's own answer or by closing the
/// connection.
/// </summary>
sealed class RequestTarget : FuzzTarget
{
    // Not a limit that the service must keep: after this time the client hangs up, as clients do.
    static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    static readonly byte[] Farewell = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();

    static readonly string[] Headers =
    [
        "Content-Type: application/json; charset=utf-16", "Content-Type: text/plain", "Content-Type: ;;", "Content-Type: multipart/form-data",
        "Content-Type: application/x-www-form-urlencoded; charset=x", "Content-Length: 0", "Content-Length: -1", "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Expect: 100-continue", "Connection: upgrade", "Upgrade: h2c", "Host: x",
        "Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Content-Encoding: gzip", "Authorization: Basic YTpi",
        "Authorization: Bearer", "X-Forwarded-For: 1", "User-Agent: \u00ff", "traceparent: 00-0-0-0", "Range: bytes=0-", "If-None-Match: *",
        "Cookie: handstamp", "Cookie: handstamp=", "Cookie: handstamp=\"hsr_\"", "Cookie: =;;=;", "Access-Control-Request-Method: POST", "DPoP: x", "DPoP: ..", "Authorization: DPoP x",
    ];

    readonly FuzzedService _service;

    public RequestTarget(FuzzedService service)
    {
        _service = service;
        var (access, cookie, session) = (service.Tokens.AccessToken, service.Cookie, service.Tokens.SessionId);
        var login = $$"""{"email":"ada@example.com","password":"{{HandstampClient.Password}}x","transport":"cookie"}""";
        var other = cookie[..^4] + "AAAA";
        using var key = SigningKey.Create(JwsAlgorithm.Es256);
        string Proof(string route) => DpopProof.Create(key, "POST", new Uri(service.Address, route), DateTimeOffset.UnixEpoch);
        Seeds =
        [
            Request("POST /login", login, "Content-Type: application/json"),
            Request("POST /login", "", "Content-Type: application/json", "Transfer-Encoding: chunked") is var head
                ? [.. head, .. Encoding.ASCII.GetBytes($"{login.Length:x}\r\n{login}\r\n0\r\n\r\n")] : [],
            Request("POST /refresh", "", $"Cookie: handstamp={cookie}", "Sec-Fetch-Site: same-origin"),
            Request("POST /refresh", "", $"Cookie: a=b; handstamp={cookie}; handstamp={other}", $"Cookie: handstamp=\"{other}\"", "Origin: http://x"),
            Request("POST /refresh", "", $"Cookie: {string.Join("; ", Enumerable.Range(0, 3000).Select(n => $"handstamp={n}"))}"),
            Request("DELETE /refresh", $$"""{"refresh_token":"{{other}}","exposed":true}""", "Content-Type: application/json; charset=\"utf-8\""),
            Request("POST /oauth/introspect", $"token={access}", "Content-Type: application/x-www-form-urlencoded"),
            Request("GET /me", "", $"Authorization: Bearer {access}"),
            Request("POST /login", login, "Content-Type: application/json", $"DPoP: {Proof("/login")}"),
            Request("POST /refresh", "", $"Cookie: handstamp={cookie}", $"DPoP: {Proof("/refresh")}"),
            Request($"DELETE /sessions/{Guid.Empty}", "", $"Authorization: Bearer {access}"),
            Request($"OPTIONS /sessions/{session}", "", "Origin: https://app.example", "Access-Control-Request-Method: DELETE"),
            Request("GET /.well-known/jwks.json?a=b&a=%00", "", "Accept: */*", "If-None-Match: \"x\""),
        ];
    }

    public override string Name => "whole requests";

    public override IReadOnlyList<byte[]> Seeds { get; }

    // A header is added, doubled or removed.
    public override byte[]? Rebuild(byte[] input, Random random)
    {
        var lines = Encoding.Latin1.GetString(input).Split("\r\n").ToList();
        var end = lines.IndexOf("");
        if (end < 3) return null;
        var at = random.Next(1, end);
        if (random.Next(3) == 0) lines.RemoveAt(at);
        else lines.Insert(at, random.Next(3) == 0 ? random.Pick(lines[1..end]) : random.Pick(Headers));
        return Encoding.Latin1.GetBytes(string.Join("\r\n", lines));
    }

    public override ValueTask<string> TryAsync(byte[] input)
    {
        using var connection = new RawConnection(_service.Address);
        var answers = connection.ExchangeAll([.. input, .. Farewell], Quiet);
        return ValueTask.FromResult(answers.Count == 0 ? "closed" : string.Join(", ", answers.Take(3).Select(Judge)));
    }

    // 505: another version of HTTP. Like the refusals without a body, it comes from below the service.
    static string Judge(RawAnswer answer) =>
        answer is { Status: (>= 400 and < 500) or 505, Body: [] } ? $"{answer.Status} of the server" : FuzzedService.Judge(answer);

    static byte[] Request(string line, string body, params string[] headers) => Encoding.ASCII.GetBytes(
        $"{line} HTTP/1.1\r\nHost: localhost\r\n{string.Concat(headers.Select(header => header + "\r\n"))}"
        + (body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "") + $"\r\n{body}");
}
