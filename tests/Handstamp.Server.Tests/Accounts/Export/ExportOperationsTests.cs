using System.Net;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Accounts.Export;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.Accounts.Import;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Export;

/// <summary>The file with a copy of an account's data, and how often it is made.</summary>
public sealed class ExportOperationsTests : IAsyncLifetime
{
    const string Zoe = "zoë+'<b>@example.com";

    static readonly Guid Session = new("b6012192-75c2-488e-b76b-bdd487bc7317");

    static readonly Origin Owner = new(new Actor(ActorKind.Person), IPAddress.Parse("192.0.2.7"), "a browser");

    HandstampApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        await _app.Get<ImportOperations>().AddAsync([new() { Id = TestUsers.Id, Email = Zoe }], wrap: false, Origin.Operator);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_file_is_for_people()
    {
        Assert.True((await ExportAsync()).Has(out var file, out _));

        var text = Encoding.UTF8.GetString(file.Span);
        Assert.StartsWith("{\n  \"exported_at\": \"", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains(Zoe, text, StringComparison.Ordinal);
        Assert.Equal(_app.Clock.Now(), JsonDocument.Parse(text).RootElement.GetProperty("exported_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task The_event_says_who_got_a_copy_in_which_session()
    {
        await ExportAsync();

        var done = Assert.Single(await EventsAsync());
        Assert.Equal((TestUsers.Id, Session, _app.Clock.Now()), (done.AccountId!.Value, done.SessionId!.Value, done.At));
        Assert.Equal((Owner.Actor, Owner.Address, Owner.UserAgent), (done.By.Actor, done.By.Address, done.By.UserAgent));
        Assert.Single(_app.Logs.Of(6500), line => line.Contains($"account.exported: -, account {TestUsers.Id}, session {Session}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_that_is_gone_has_no_copy_and_no_event()
    {
        var exported = await _app.Get<ExportOperations>().ExportAsync(Guid.NewGuid(), Session, Owner, default);

        Assert.False(exported.Has(out _, out var refusal));
        Assert.Equal(Problems.SessionRevoked, refusal.Problem);
        Assert.Empty(await EventsAsync());
    }

    [Fact]
    public async Task After_twenty_copies_the_next_one_waits_until_one_is_forgotten()
    {
        for (var export = 0; export < 20; export++) Assert.True((await ExportAsync()).Has(out _, out _));

        Assert.False((await ExportAsync()).Has(out _, out var refusal));
        Assert.Equal(Problems.TooManyRequests, refusal.Problem);
        Assert.Equal(TimeSpan.FromMinutes(72), refusal.RetryAfter);
        Assert.Equal(20, (await EventsAsync()).Count);

        _app.Jump(TimeSpan.FromMinutes(72));
        Assert.True((await ExportAsync()).Has(out _, out _));
        Assert.False((await ExportAsync()).Has(out _, out _));
    }

    [Fact]
    public async Task Each_account_has_its_own_twenty()
    {
        var other = new Guid("b6012192-75c2-488e-b76b-bdd487bc7316");
        await _app.Get<ImportOperations>().AddAsync([new() { Id = other, Email = TestUsers.Ada }], wrap: false, Origin.Operator);
        for (var export = 0; export < 20; export++) await ExportAsync();

        Assert.True((await _app.Get<ExportOperations>().ExportAsync(other, Session, Owner, default)).Has(out _, out _));
    }

    [Fact]
    public async Task The_answer_is_JSON_whose_length_is_known_at_once()
    {
        var tokens = await _app.RegisterAndLoginAsync();

        using var answer = await _app.SendAsync(HttpMethod.Get, "/me/export", accessToken: tokens.AccessToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
        Assert.False(answer.Headers.TransferEncodingChunked ?? false);
    }

    Task<OrRefusal<ReadOnlyMemory<byte>>> ExportAsync() => _app.Get<ExportOperations>().ExportAsync(TestUsers.Id, Session, Owner, default);

    Task<IReadOnlyList<Event>> EventsAsync() =>
        _app.Get<EventReader>().ReadNewestAsync(new EventFilter { Kinds = [EventKind.AccountExported] }, 100, default);
}
