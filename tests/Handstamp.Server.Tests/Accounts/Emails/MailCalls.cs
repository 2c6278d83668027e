using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>Calls behind the routes and the outbox, for the tests of what is mailed and what is recorded.</summary>
static class MailCalls
{
    /// <summary>The network of <see cref="Person"/>, as refusals are added up.</summary>
    public static readonly IPAddress Network = IPAddress.Parse("192.0.2.0");

    /// <summary>A person who reads German.</summary>
    public static readonly Origin Person = new(new Actor(ActorKind.Person), IPAddress.Parse("192.0.2.7"), "Browser/1.0") { Languages = "de" };

    /// <summary>The mail of this request, without the outbox. Its secrets are valid, although nobody gets it.</summary>
    public static Task<OutgoingMail?> MakeAsync(this HandstampApp app, MailRequest request, OutboxEntry? entry = null) =>
        app.Get<MailContents>().MakeAsync(entry ?? request.ToEntry(app.Clock.GetUtcNow()), request, default);

    /// <summary>The secret in the link of the mail.</summary>
    public static string Token(this OutgoingMail mail) => mail.Link[mail.Link.IndexOf("hss_", StringComparison.Ordinal)..];

    /// <summary>An account without a password, as it is stored.</summary>
    public static async Task<Account> AddAccountAsync(this HandstampApp app, params Identifier[] identifiers)
    {
        var account = TestAccounts.Account() with { Id = Guid.CreateVersion7(), Identifiers = identifiers };
        Assert.True(await app.Get<IAccountStore>().TryCreateAsync(account));
        return (await app.Get<IAccountStore>().FindAsync(account.Id, default))!;
    }

    public static Task<Account> AddAccountAsync(this HandstampApp app, string email) => app.AddAccountAsync(Identifier.OfEmail(email));

    /// <summary>The events of these kinds, with the refusals that were counted until now.</summary>
    public static async Task<IReadOnlyList<Event>> EventsAsync(this HandstampApp app, params EventKind[] kinds)
    {
        await app.Get<RefusalTally>().WriteAsync();
        return (await app.Get<IEventStore>().ReadOnAsync(EventFilter.All with { Kinds = kinds }, Guid.Empty, 1000, default)).Events;
    }

    /// <summary>The one event that strangers could have caused: a refusal around logins, registrations and passwords.</summary>
    public static async Task<(EventKind Kind, string? Outcome, Guid? AccountId, IPAddress? Network)> RefusalAsync(this HandstampApp app)
    {
        var refused = Assert.Single(await app.RefusalsAsync());
        return (refused.Kind, refused.Outcome, refused.AccountId, refused.By.Address);
    }

    /// <inheritdoc cref="RefusalAsync"/>
    public static Task<IReadOnlyList<Event>> RefusalsAsync(this HandstampApp app) => app.EventsAsync([.. EventKinds.All.Where(kind => kind.IsRefusal())]);

    /// <summary>Fills the outbox with mails that are not due for years.</summary>
    public static async Task FillOutboxAsync(this HandstampApp app, int count)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(app.Directory, "handstamp.db")};Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = """
            WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < $count)
            INSERT INTO outbox (id, channel, lane, payload, created_at, due_at, attempts)
            SELECT randomblob(16), 'mail', 'lane ' || number, x'7b7d', 0, 9000000000000, 0 FROM numbers
            """;
        command.Parameters.AddWithValue("$count", count);
        Assert.Equal(count, await command.ExecuteNonQueryAsync());
    }
}
