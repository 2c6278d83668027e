using System.Globalization;
using System.Text;
using Handstamp.Proof.Wire;

namespace Handstamp.Proof.Fuzz;

/// <summary>The login form of the pages, sent by a browser that has the matching cookie.</summary>
sealed class PageFormTarget(FuzzedService service) : FuzzTarget, IDisposable
{
    readonly RawClient _client = new(service.Address);

    public override string Name => "POST /account/login";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[] { "%2Faccount", "%2Faccount%2Fpassword", "https%3A%2F%2Fevil.example" }.Select(after =>
            Encoding.ASCII.GetBytes($"form={service.FormToken}&email=ada%40example.com&password=a+wrong+sentence&return={after}")),
    ];

    public override byte[]? Rebuild(byte[] input, Random random) => null;

    public override ValueTask<string> TryAsync(byte[] input)
    {
        var head = $"POST /account/login HTTP/1.1\r\nHost: localhost\r\nOrigin: {service.Address.GetLeftPart(UriPartial.Authority)}\r\n"
            + $"Cookie: {service.Visit}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {input.Length}\r\n\r\n";
        return ValueTask.FromResult(Judge(_client.Exchange([.. Encoding.ASCII.GetBytes(head), .. input])));
    }

    public void Dispose() => _client.Dispose();

    static string Judge(RawAnswer answer)
    {
        if (answer.Status is not (303 or (>= 400 and < 500))) throw new InvalidDataException($"it answers {answer.Status} {answer.Text}");
        var leadsHome = answer.Status != 303 || answer.Header("Location")!.StartsWith("/account", StringComparison.Ordinal);
        Demand(leadsHome, "a redirect stays with the pages");
        Demand(answer.Status == 303 || answer.Header("Content-Type") == "text/html; charset=utf-8", "a refusal is a page");
        Demand(answer.Header("Content-Security-Policy")!.Contains("default-src 'none'", StringComparison.Ordinal), "the policy is strict");
        return answer.Status.ToString(CultureInfo.InvariantCulture);
    }
}
