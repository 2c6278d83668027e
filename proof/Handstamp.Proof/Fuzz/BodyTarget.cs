using System.Text;
using Handstamp.Proof.Wire;

namespace Handstamp.Proof.Fuzz;

/// <summary>The body of a route. The request around it is correct, in one piece or in chunks.</summary>
sealed class BodyTarget(FuzzedService service, string route, params string[] bodies) : FuzzTarget, IDisposable
{
    readonly RawClient _client = new(service.Address);

    public override string Name => route;

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. bodies.Select(Encoding.UTF8.GetBytes)];

    string Path => route.StartsWith("PATCH", StringComparison.Ordinal) ? $"{route}/{service.Tokens.SessionId}" : route;

    bool IsForm => bodies[0][0] != '{';

    public override byte[]? Rebuild(byte[] input, Random random) => IsForm ? null : JsonMutation.Change(input, random);

    public override ValueTask<string> TryAsync(byte[] input) => ValueTask.FromResult(FuzzedService.Judge(_client.Exchange(Request(input))));

    public void Dispose() => _client.Dispose();

    byte[] Request(byte[] body)
    {
        var chunked = body.Length % 4 == 1;
        var head = $"{Path} HTTP/1.1\r\nHost: localhost\r\n"
            + (IsForm
                ? "Content-Type: application/x-www-form-urlencoded\r\n"
                : $"Authorization: Bearer {service.Tokens.AccessToken}\r\nContent-Type: application/json\r\n")
            + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. chunked ? Chunks(body) : body];
    }

    static byte[] Chunks(byte[] body) =>
        [.. body.Chunk(100).SelectMany(chunk => (byte[])[.. Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"), .. chunk, .. "\r\n"u8]), .. "0\r\n\r\n"u8];
}
