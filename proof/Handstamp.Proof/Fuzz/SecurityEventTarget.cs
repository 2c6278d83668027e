using System.Text.Json;
using Handstamp.Tokens;

namespace Handstamp.Proof.Fuzz;

/// <summary>Security events, as an API reads them from the feed.</summary>
sealed class SecurityEventTarget() : JwsTarget("secevent+jwt")
{
    const string Issuer = "https://login.example";

    public override string Name => "security event";

    public override IReadOnlyList<byte[]> Seeds => field ??=
    [
        Seed(Ended(new RevokedSession(new Guid("0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e"), "account-1", "logout")).ToJwt),
        Seed(Ended(new RevokedSession(new Guid("0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e"), null, "")).ToJwt),
        Seed(Ended(new RevokedKey("key-1")).ToJwt),
        Seed($$"""{"iss":"{{Issuer}}","aud":["a","b"],"jti":"j","iat":1772366400,"events":{"urn:other":{} } }"""),
    ];

    protected override (string Outcome, bool Accepted) Judge(string text)
    {
        var outcome = SecurityEventVerifier.Verify(text, Keys, Issuer);
        if (outcome is not SecurityEventOutcome.Verified { Event: var accepted })
            return (outcome is SecurityEventOutcome.Malformed { Reason: var reason } ? reason : outcome.GetType().Name,
                outcome is SecurityEventOutcome.UnknownEvent);

        Demand(accepted.Issuer == Issuer, "an accepted event is ours");
        DemandSameReading(accepted, ClaimsOf(text));
        DemandSameWhenWritten(accepted);
        return ($"Verified {accepted.Subject.GetType().Name}", true);
    }

    static void DemandSameReading(SecurityEvent accepted, byte[] claims)
    {
        using var document = JsonDocument.Parse(claims);
        var read = document.RootElement;
        Demand(read.GetProperty("jti").GetString() == accepted.TokenId, "jti");
        Demand(read.GetProperty("events").GetPropertyCount() == 1, "one event");
        Demand(accepted.Subject is not RevokedSession session
            || read.GetProperty("sub_id").GetProperty("session").GetProperty("id").GetGuid() == session.SessionId, "the session");
        Demand(accepted.Subject is not RevokedKey key
            || read.GetProperty("events").EnumerateObject().Single().Value.GetProperty("kid").GetString() == key.KeyId, "the key");
    }

    void DemandSameWhenWritten(SecurityEvent accepted)
    {
        var again = SecurityEventVerifier.Verify(accepted.ToJwt(Key), Keys, Issuer);
        Demand(again is SecurityEventOutcome.Verified { Event: var second } && second.Subject == accepted.Subject
            && second.IssuedAt == accepted.IssuedAt && second.Audience.SequenceEqual(accepted.Audience), "what is accepted can be written");
    }

    static SecurityEvent Ended(SecurityEventSubject what) => new()
    {
        Issuer = Issuer,
        Audience = ["https://api.example"],
        TokenId = "event-1",
        IssuedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Subject = what,
    };
}
