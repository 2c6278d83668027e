using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Tokens;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

public sealed class CeremonyTicketTests : PasskeyTests
{
    [Fact]
    public void A_ticket_brings_its_state_back()
    {
        var tickets = App.Get<CeremonyTickets>();

        var ticket = tickets.Open(CeremonyKind.Login, tickets.Seal(CeremonyKind.Login, "ü"))!;

        Assert.Equal(("ü", App.Clock.GetUtcNow() + PasskeyCeremonies.Timeout), (ticket.State, ticket.ExpiresAt));
        Assert.NotEqual(ticket.Fingerprint, tickets.Open(CeremonyKind.Login, tickets.Seal(CeremonyKind.Login, "u"))!.Fingerprint);
    }

    [Fact]
    public void Each_bit_of_it_counts_and_so_does_its_kind()
    {
        var tickets = App.Get<CeremonyTickets>();
        var text = tickets.Seal(CeremonyKind.Login, "state");
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(text);

        Assert.Null(tickets.Open(CeremonyKind.SecondFactor, text));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(tickets.Open(CeremonyKind.Login, Authenticator.Encode(bytes)));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        for (var length = 0; length < bytes.Length; length++)
            Assert.Null(tickets.Open(CeremonyKind.Login, Authenticator.Encode(bytes.AsSpan(0, length))));
    }

    [Fact]
    public void No_refresh_token_and_no_nonce_is_a_ticket()
    {
        Assert.Null(App.Get<CeremonyTickets>().Open(CeremonyKind.Login, Ada.RefreshToken));
        Assert.Null(App.Get<CeremonyTickets>().Open(CeremonyKind.Login, DpopNonce.Create(MacKey.Create(1), App.Clock.GetUtcNow())));
    }
}
