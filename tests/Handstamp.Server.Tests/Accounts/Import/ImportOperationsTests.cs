using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Xunit;
using static Handstamp.Server.Tests.Accounts.Import.TestUsers;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>What becomes of the users of another system, one by one and together.</summary>
public sealed class ImportOperationsTests : IAsyncLifetime
{
    const string Bob = "bob@example.com";
    const string Carol = "carol@example.com";

    // "correct horse battery staple", hashed by Python's crypt and by OpenSSL's passwd -1.
    const string Bcrypt = "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";
    const string Fast = "$1$abcdefgh$4/U5.w6NPtLkJ2WyrTwm91";

    static readonly Guid OtherId = new("b6012192-75c2-488e-b76b-bdd487bc7316");

    static readonly Origin Olga = new(new Actor(ActorKind.Operator, "olga"), IPAddress.Parse("192.0.2.99"));

    static readonly ImportOutcome Added = new ImportOutcome.Added();
    static readonly ImportOutcome There = new ImportOutcome.AlreadyThere();
    static readonly ImportOutcome NameTaken = new ImportOutcome.Refused("email_taken", "Another account has this e-mail address or username.");
    static readonly ImportOutcome PasskeyTaken = new ImportOutcome.Refused("passkey_taken", "Another account has one of these passkeys.");
    static readonly ImportOutcome NoEmail = new ImportOutcome.Refused("no_email", "The user has neither an e-mail address nor a username.");

    HandstampApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync(services: InterleavedAccounts.Wrap);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_outcomes_are_in_the_order_of_the_users()
    {
        Assert.Equal([NoEmail, Added, NoEmail, Added, NoEmail], await AddAsync(new(), Of(Ada), new(), Of(Bob), new()));

        Assert.Equal([Ada, Bob], (await AllAsync()).Select(account => account.Email).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_users_are_no_outcomes() => Assert.Empty(await AddAsync());

    [Fact]
    public async Task An_account_is_stored_as_the_user_was_given()
    {
        await AddAsync(new PortableUser { Id = Id, Email = Ada, PasswordHash = Bcrypt, Roles = ["admin"], CreatedAt = Now.AddYears(-1) }, Of(Bob));

        var ada = (await _app.Get<IAccountStore>().FindAsync(Id, default))!;
        Assert.Equal((Bcrypt, "admin", Now.AddYears(-1)), (ada.PasswordHash, Assert.Single(ada.Claims.Roles), ada.CreatedAt));
        var bob = await FindAsync(Bob);
        Assert.Null(bob!.PasswordHash);
        Assert.Equal(_app.Clock.Now(), bob.CreatedAt);
    }

    [Fact]
    public async Task A_second_run_adds_what_is_missing_and_changes_nothing()
    {
        PortableUser[] users = [new() { Id = Id, Email = Ada, Passkeys = [NewPasskey()] }, Of(Bob)];
        await AddAsync(users);
        var before = await AllAsync();

        Assert.Equal([There, Added, There], await AddAsync(users[0], Of(Carol), users[1]));

        var after = (await AllAsync()).Where(account => account.Email != Carol);
        Assert.Equal(before.Select(account => account.SecurityStamp), after.Select(account => account.SecurityStamp));
        Assert.NotNull(await FindAsync(Carol));
        Assert.Equal(3, (await EventsAsync()).Count);
    }

    [Fact]
    public async Task An_id_finds_the_account_before_a_name_does()
    {
        await AddAsync(new PortableUser { Id = Id, Email = Ada }, new PortableUser { Id = OtherId, Email = Bob });

        Assert.Equal(
            [There, NameTaken],
            await AddAsync(new PortableUser { Id = Id, Email = Bob }, new PortableUser { Id = new("b6012192-75c2-488e-b76b-bdd487bc7317"), Email = Ada }));
    }

    [Fact]
    public async Task A_name_of_another_account_is_taken_whichever_name_it_is()
    {
        await AddAsync(new PortableUser { Username = "ada", Emails = [new(Ada), new("ada@example.org")] });

        Assert.Equal(
            [NameTaken, NameTaken, NameTaken, Added],
            await AddAsync(
                new PortableUser { Emails = [new("new1@example.com"), new("ADA@example.org")] },
                new PortableUser { Username = "ADA", Email = "new2@example.com" },
                new PortableUser { Email = "ADA@example.com" },
                Of("new3@example.com")));
        Assert.Equal(2, (await AllAsync()).Count);
    }

    [Fact]
    public async Task One_that_shares_a_name_with_an_earlier_one_sees_that_it_was_added() => Assert.Equal(
        [Added, There, NameTaken, Added, NameTaken, Added, There],
        await AddAsync(
            Of(Ada), Of(Ada), Of("ADA@example.com"), new() { Username = "bob" }, new() { Username = "Bob" },
            new() { Id = Id, Email = Carol }, new() { Id = Id, Email = "carol@example.org" }));

    [Fact]
    public async Task One_that_shares_a_second_name_with_an_earlier_one_sees_it_too() => Assert.Equal(
        [Added, Added, NameTaken, Added],
        await AddAsync(
            new() { Emails = [new(Ada), new("ada@example.org")] }, Of(Bob), new() { Emails = [new(Carol), new("ada@example.org")] }, Of(Carol)));

    [Fact]
    public async Task One_that_shares_a_passkey_with_an_earlier_one_is_refused()
    {
        Assert.Equal(
            [Added, PasskeyTaken, Added],
            await AddAsync(
                new() { Id = Id, Email = Ada, Passkeys = [NewPasskey("AQID")] },
                new() { Id = OtherId, Email = Bob, Passkeys = [NewPasskey("BAUG"), NewPasskey("AQID")] },
                Of(Carol)));

        Assert.Null(await FindAsync(Bob));
        Assert.Equal(Id, (await _app.Get<IPasskeyStore>().FindAsync([1, 2, 3], default))!.AccountId);
    }

    [Fact]
    public async Task A_passkey_of_another_account_is_taken()
    {
        await AddAsync(new PortableUser { Id = Id, Email = Ada, Passkeys = [NewPasskey("AQID")] });
        var bob = new PortableUser { Id = OtherId, Email = Bob, Passkeys = [NewPasskey("BAUG"), NewPasskey("AQID")] };

        Assert.Equal([PasskeyTaken], await _app.Get<ImportOperations>().TryAsync([bob], new()));
        Assert.Equal([PasskeyTaken, Added], await AddAsync(bob, new PortableUser { Email = Carol, Passkeys = [] }));

        Assert.Null(await FindAsync(Bob));
    }

    [Fact]
    public async Task A_trial_says_what_would_happen_and_adds_nothing()
    {
        await AddAsync(new PortableUser { Email = Ada, CreatedAt = Now.AddYears(-1) });

        Assert.Equal(
            [There, NameTaken, NoEmail, Added],
            await _app.Get<ImportOperations>().TryAsync([Of(Ada), Of("ADA@example.com"), new(), new() { Email = Bob, PasswordHash = Fast }], new()));

        Assert.Equal(Ada, Assert.Single(await AllAsync()).Email);
        Assert.Single(await EventsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_trial_sees_what_its_earlier_users_would_have_taken(bool atOnce)
    {
        var taken = new ImportOutcome.Refused("email_taken", "An earlier user has this e-mail address or username.");
        PortableUser[] users =
        [
            new() { Id = Id, Emails = [new(Ada), new("ada@example.org")], Username = "ada", Passkeys = [NewPasskey("A-_D")] },
            Of("ADA@example.org"), new() { Username = "ADA" }, new() { Id = Id, Email = Bob },
            new() { Id = OtherId, Email = Bob, Passkeys = [NewPasskey("A+/D", userHandle: null)] },
            Of(Bob), Of(Bob), new() { Username = "bob" },
        ];

        var trial = new ImportTrial();
        var outcomes = new List<ImportOutcome>();
        foreach (var some in users.Chunk(atOnce ? users.Length : 1)) outcomes.AddRange(await _app.Get<ImportOperations>().TryAsync(some, trial));

        Assert.Equal(
            [Added, taken, taken, There, new ImportOutcome.Refused("passkey_taken", "An earlier user has one of these passkeys."), Added, taken, Added], outcomes);
    }

    [Fact]
    public async Task Fast_hashes_are_wrapped_if_that_is_asked_for_and_others_stay_as_they_are()
    {
        PortableUser[] users = [new() { Email = Ada, PasswordHash = Bcrypt }, new() { Email = Bob, PasswordHash = Fast }, Of(Carol)];

        Assert.Equal([Added, Added, Added], await _app.Get<ImportOperations>().AddAsync(users, wrap: true, Olga));

        Assert.Equal(Bcrypt, (await FindAsync(Ada))!.PasswordHash);
        Assert.StartsWith("$wrapped$", (await FindAsync(Bob))!.PasswordHash, StringComparison.Ordinal);
        Assert.Null((await FindAsync(Carol))!.PasswordHash);
        using var login = await _app.PostAsync("/login", new { email = Bob, password = "correct horse battery staple" });
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
    }

    [Fact]
    public async Task Fast_hashes_are_not_wrapped_otherwise()
    {
        await AddAsync(new PortableUser { Email = Ada, PasswordHash = Fast });

        Assert.Equal(Fast, (await FindAsync(Ada))!.PasswordHash);
    }

    [Fact]
    public async Task Each_account_that_was_added_has_an_event_and_a_line_in_the_log()
    {
        await AddAsync(new PortableUser { Id = Id, Email = Ada, Roles = ["admin", "ops"] });
        await AddAsync(new PortableUser { Id = Id, Email = Ada }, new PortableUser { Id = OtherId, Email = Bob }, new());

        var events = (await EventsAsync()).ToDictionary(one => one.AccountId!.Value);
        Assert.Equal(2, events.Count);
        Assert.Equal(("imported", "admin, ops"), (events[Id].Outcome, events[Id].Detail));
        Assert.Equal("imported", events[OtherId].Outcome);
        Assert.Null(events[OtherId].Detail);
        Assert.All(events.Values, one => Assert.Equal((Olga.Actor, Olga.Address, _app.Clock.Now()), (one.By.Actor, one.By.Address, one.At)));
        foreach (var id in new[] { Id, OtherId })
            Assert.Single(_app.Logs.Of(6500), line => line.Contains($"account.added: imported, account {id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_another_caller_takes_at_the_same_moment_is_taken_and_the_others_are_added()
    {
        var store = (InterleavedAccounts)_app.Get<IAccountStore>();
        store.BeforeCreate = () => _app.RegisterAsync(Ada);

        Assert.Equal([Added, NameTaken, Added], await AddAsync(Of(Bob), Of("ADA@example.com"), Of(Carol)));

        Assert.Equal([Ada, Bob, Carol], (await AllAsync()).Select(account => account.Email).Order(StringComparer.Ordinal));
    }

    static PortableUser Of(string email) => new() { Email = email };

    Task<IReadOnlyList<ImportOutcome>> AddAsync(params PortableUser[] users) => _app.Get<ImportOperations>().AddAsync(users, wrap: false, Olga);

    Task<Account?> FindAsync(string email) => _app.Get<IAccountStore>().FindAsync(IdentifierKind.Email, EmailAddress.Canonical(email), default);

    Task<IReadOnlyList<Account>> AllAsync() => _app.Get<IAccountStore>().ListAsync(null, 100, default);

    Task<IReadOnlyList<Event>> EventsAsync() =>
        _app.Get<EventReader>().ReadNewestAsync(new EventFilter { Kinds = [EventKind.AccountAdded] }, 100, default);
}
