using System.Globalization;
using Handstamp.Rig.Load;

namespace Handstamp.Proof.Growth;

/// <summary>
/// The requests of strangers: each time with another address and, where they can choose, another IPv6 /64 or /48.
/// </summary>
static class Strangers
{
    /// <summary>One failure leads to a day's wait: the settings of the run say so.</summary>
    const string WaitingNetwork = "192.0.2.1";
    const string WaitingEmail = "waits@example.com";

    const string Password = "a violet umbrella";

    static readonly Func<int, Message>[] RefusedRequests =
    [
        number => Login($"unknown-{number}@example.com", WaitingNetwork),
        number => Login(WaitingEmail, Network(1, number)),
        number => Json("/register", Body($"late-{number}@example.com", Password), WaitingNetwork),
        number => Json("/register", Body($"weak-{number}@example.com", "password"), Network(2, number)),
        number => Json("/login", Body($"no address {number}", Password), Network(3, number)),
        number => Json("/refresh", $$"""{"refresh_token":"hsr_{{number:D60}}"}""", Network(4, number)),
        number => new Message("DELETE", "/refresh", Headers(Network(5, number)), $$"""{"refresh_token":"{{number}}"}"""),
        number => new Message("GET", "/me", $"{From(Network(6, number))}Authorization: Bearer {number}.{number}.{number}\r\n"),
        number => Json("/password/change", $$"""{"current_password":"{{number}}","new_password":"{{Password}}"}""", Network(7, number)),
        number => new Message("GET", "/revocations", $"{From(Network(8, number))}Last-Event-ID: {number}\r\n"),
    ];

    /// <summary>The requests that are hashed, alternately a login with an unknown address and a registration.</summary>
    public static Message Hashed(int number) => number % 2 == 0
        ? Login($"nobody-{number}@example.com", Network(9, number))
        : Json("/register", Body($"somebody-{number}@example.com", Password), Network(9, number));

    /// <summary>The requests that are refused without a hash, one of each kind in turn.</summary>
    public static Message Refused(int number) => RefusedRequests[number % RefusedRequests.Length](number);

    /// <summary>Two failures and a registration: from now on, their network and their address have to wait.</summary>
    public static IReadOnlyList<Message> First =>
    [
        Login("first@example.com", WaitingNetwork),
        Login(WaitingEmail, Network(10, 0)),
        Json("/register", Body("first@example.com", Password), WaitingNetwork),
    ];

    static Message Login(string email, string from) => Json("/login", Body(email, "a wrong password"), from);

    static Message Json(string path, string body, string from) => new("POST", path, Headers(from), body);

    static string Body(string email, string password) => $$"""{"email":"{{email}}","password":"{{password}}"}""";

    static string Headers(string from) => $"{From(from)}Content-Type: application/json\r\n";

    static string From(string address) => $"X-Forwarded-For: {address}\r\n";

    // Every second one shares its /48 with the one before it.
    static string Network(int kind, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"2001:{kind:x}{number >> 16 & 0xfff:x3}:{number >> 1 & 0x7fff:x}:{number & 1:x}::1");
}
