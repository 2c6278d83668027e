using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Activity;
using Handstamp.Server.Audit;
using Handstamp.Server.Tests.SignIn;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Activity;

/// <summary>Which page of the activity is asked for.</summary>
public sealed class ShowActivityTests
{
    const string Id = "0199d1f4-4c00-7000-8000-0000000000ab";

    const string LimitFault = "The parameter 'limit' must be a number from 1 to 100.";
    const string BeforeFault = "The parameter 'before' must be the 'next' of another page.";

    [Fact]
    public async Task A_page_has_fifty_events_or_as_many_as_are_asked_for_up_to_a_hundred()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        var account = (await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!.Id;
        await app.Get<IEventStore>().CountAsync(
            [.. Enumerable.Range(0, 100).Select(_ => Origin.System.Does(EventKind.SessionRenamed, app.Clock.GetUtcNow()) with { AccountId = account })]);

        Assert.Equal(50, await LengthAsync(""));
        Assert.Equal(1, await LengthAsync("?limit=1"));
        Assert.Equal(100, await LengthAsync("?limit=100"));

        async Task<int> LengthAsync(string query)
        {
            using var answer = await app.SendAsync(HttpMethod.Get, $"/me/activity{query}", accessToken: tokens.AccessToken);
            return (await Person.ReadAsync(answer)).GetProperty("activity").GetArrayLength();
        }
    }

    [Fact]
    public async Task A_refusal_names_the_parameter()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();

        foreach (var (query, fault) in new[]
        {
            ("?limit=0", LimitFault), ("?limit=101", LimitFault), ("?limit=", LimitFault), ("?limit=%2B5", LimitFault), ("?limit=%205", LimitFault),
            ("?limit=0&before=x", LimitFault), ("?before=x", BeforeFault), ("?limit=1&before=", BeforeFault),
        })
        {
            using var answer = await app.SendAsync(HttpMethod.Get, $"/me/activity{query}", accessToken: tokens.AccessToken);
            Assert.Equal((query, fault), (query, (await AccountService.RefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_request")).Detail));
        }
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(Id, true)]
    [InlineData("", false)]
    [InlineData("x", false)]
    [InlineData("{" + Id + "}", false)]
    [InlineData("0199d1f44c0070008000000000000000", false)]
    public void A_page_begins_before_an_id_in_its_usual_form(string? text, bool isRight)
    {
        Assert.Equal(isRight, ShowActivity.TryReadBefore(text, out var before));
        Assert.Equal(text == Id ? new Guid(Id) : (Guid?)null, before);
    }
}
