using System.Net;
using System.Text;
using Handstamp.Server.Audit;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>What a ticket of a half-finished sign-in can do, for how long, how often and for whom.</summary>
public sealed class SignInTicketTests : ShopTests
{
    [Fact]
    public async Task One_of_many_simultaneous_right_answers_signs_in()
    {
        var ticket = await _shop.TicketAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => _shop.ContinueAsync(ticket))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized));
        Assert.Single(await _shop.SessionsAsync());
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task A_wrong_answer_costs_a_try_and_the_ticket_stays_valid()
    {
        var ticket = await _shop.TicketAsync();

        for (var attempt = 1; attempt < SignInAttempts.Purpose.Tries; attempt++) await _shop.WrongAsync(ticket);

        await _shop.FinishedAsync(ticket);
    }

    [Fact]
    public async Task After_the_last_wrong_answer_a_right_one_is_too_late()
    {
        var ticket = await _shop.TicketAsync();

        for (var attempt = 0; attempt < SignInAttempts.Purpose.Tries; attempt++) await _shop.WrongAsync(ticket);

        await ShopApp.OverAsync(_shop.ContinueAsync(ticket));
    }

    [Fact]
    public async Task A_sign_in_has_a_limited_time_from_its_first_factor()
    {
        var (late, soon) = (await _shop.TicketAsync(), await _shop.TicketAsync());
        App.Jump(SignInAttempts.Life - TimeSpan.FromMilliseconds(1));
        await _shop.FinishedAsync(soon);

        App.Jump(TimeSpan.FromMilliseconds(1));

        await ShopApp.OverAsync(_shop.ContinueAsync(late));
    }

    [Theory]
    [InlineData("/other/continue")]
    [InlineData("/first/continue")]
    [InlineData("/pages/continue")]
    public async Task A_sign_in_continues_only_where_it_has_begun(string route)
    {
        var ticket = await _shop.TicketAsync();

        await ShopApp.OverAsync(_shop.ContinueAsync(ticket, route: route));

        await _shop.FinishedAsync(ticket);
    }

    [Fact]
    public async Task A_sign_in_with_a_key_continues_only_for_the_holder_of_the_key()
    {
        var ticket = await _shop.TicketAsync(key: "thumbprint");

        using var without = await _shop.ContinueAsync(ticket);
        using var other = await _shop.ContinueAsync(ticket, key: "another");
        using var own = await _shop.ContinueAsync(ticket, key: "thumbprint");

        Assert.Equal((401, "dpop_proof_required"), await ShopApp.SummaryAsync(without));
        Assert.Equal((401, "dpop_proof_invalid"), await ShopApp.SummaryAsync(other));
        Assert.Equal("thumbprint", (await _shop.VerifiedAsync(await TokenSet.ReadAsync(own))).KeyThumbprint);
    }

    [Fact]
    public async Task An_account_has_a_limited_number_of_half_finished_sign_ins_and_the_oldest_is_dropped()
    {
        var tickets = new List<string>();
        for (var number = 0; number <= SignInAttempts.Purpose.Most; number++)
        {
            tickets.Add(await _shop.TicketAsync());
            App.Jump(TimeSpan.FromSeconds(1));
        }

        await ShopApp.OverAsync(_shop.ContinueAsync(tickets[0]));
        foreach (var ticket in tickets[1..]) await _shop.FinishedAsync(ticket);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hss_")]
    [InlineData("%00'; DROP TABLE secrets;--")]
    public async Task A_text_that_is_not_a_ticket_is_answered_like_an_expired_ticket(string ticket) => await ShopApp.OverAsync(_shop.ContinueAsync(ticket));

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"account_id\":7}")]
    [InlineData("something else")]
    public async Task A_ticket_that_a_node_of_another_version_stored_differently_has_expired(string kept)
    {
        var content = new SecretContent(Guid.CreateVersion7(), Encoding.UTF8.GetBytes(kept), App.Clock.GetUtcNow() + SignInAttempts.Life);
        var ticket = await App.Get<SingleUseSecrets>().MakeAsync(SignInAttempts.Purpose, content);

        await ShopApp.OverAsync(_shop.ContinueAsync(ticket.Reveal()));
    }

    [Fact]
    public async Task A_ticket_is_neither_in_a_log_nor_in_the_database()
    {
        var ticket = await _shop.TicketAsync();
        await _shop.WrongAsync(ticket);
        await _shop.FinishedAsync(ticket);

        Assert.DoesNotContain(App.Logs.Lines, line => line.Contains(ticket[^43..], StringComparison.Ordinal));
        Assert.NotEmpty(App.Logs.Of(3031));
        Assert.NotEmpty(App.Logs.Of(3032));
        foreach (var file in Directory.EnumerateFiles(App.Directory))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content);
            Assert.True(content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(ticket)) < 0, file);
        }
    }

    [Fact]
    public async Task A_sign_in_that_is_too_long_to_be_stored_is_refused()
    {
        var request = new SignInRequest { Transport = SessionTransport.Body, Scope = new string('s', SecretContent.MaxPayload) };
        var answer = new FactorAnswer
        {
            Factor = PasswordFactor.FactorName,
            Identifier = HandstampApp.Email,
            Value = HandstampApp.Password,
            By = new Origin(new Actor(ActorKind.Person), IPAddress.Loopback),
        };

        var refused = Assert.IsType<SignInOutcome.Refused>(await App.Get<SignInAttempts>().BeginAsync(request, answer, default));

        Assert.Equal("invalid_request", refused.Refusal.Problem.Code);
    }
}
