using System.Buffers.Text;
using System.Text;
using Handstamp.Proof.Wire;

namespace Handstamp.Proof.Fuzz;

/// <summary>The <c>Authorization</c> header of a person's route and of a route for APIs: any text that a header can hold.</summary>
sealed class AuthorizationTarget(FuzzedService service) : FuzzTarget, IDisposable
{
    readonly RawClient _client = new(service.Address);

    public override string Name => "the Authorization header";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Bytes($"Bearer {service.Tokens.AccessToken}"), Bytes($"DPoP {service.Tokens.AccessToken}"),
        Bytes($"Bearer hsa_orders_{Base64Url.EncodeToString(new byte[32])}"),
    ];

    public override ValueTask<string> TryAsync(byte[] input)
    {
        var header = Encoding.Latin1.GetString(input).ReplaceLineEndings("");
        return ValueTask.FromResult($"{Try("GET /me", header, "")}, {Try("POST /oauth/introspect", header, "token=x")}");
    }

    public void Dispose() => _client.Dispose();

    string Try(string route, string header, string form)
    {
        var answer = _client.Exchange(Encoding.Latin1.GetBytes(
            $"{route} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {header}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + $"Content-Length: {form.Length}\r\n\r\n{form}"));
        // A byte that no header may have, and a head that is too long, are refused below the service.
        return answer is { Status: 400 or 431, Body: [] } ? "refused by the server" : FuzzedService.Judge(answer);
    }

    static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
