using System.Security.Cryptography;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>The registrations that wait for their verification.</summary>
public sealed class PendingRegistrationsTests : SealingService
{
    const string Canonical = "ADA@EXAMPLE.COM";
    const string Purpose = "registration";

    static readonly Guid Row = PendingRegistrations.IdOf(Canonical);

    [Fact]
    public void An_address_has_one_row_however_it_is_written()
    {
        Assert.Equal(new Guid(SHA256.HashData("ADA@EXAMPLE.COM"u8).AsSpan(0, 16), bigEndian: true), Row);
        Assert.Equal(Row, Registration("Ada@Example.com").Row);
        Assert.NotEqual(Row, Registration(Other).Row);
    }

    [Fact]
    public async Task A_registration_is_found_as_it_was_made()
    {
        await using var app = await StartAsync();
        var terms = new AcceptedTerms("2026-01", app.Clock.GetUtcNow());

        await app.Get<PendingRegistrations>().KeepAsync(
            new PendingRegistration { Email = "Ada@Example.com", PasswordHash = "$argon2id$hash", SecurityStamp = "stamp", Terms = terms });

        var found = (await FindAsync(app))!;
        Assert.Equal(("Ada@Example.com", "$argon2id$hash", "stamp", terms), (found.Email, found.PasswordHash, found.SecurityStamp, found.Terms));
        Assert.Null(await FindAsync(app, Other));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public async Task A_registration_waits_for_a_day(int milliseconds, bool isFound)
    {
        await using var app = await StartAsync();
        await app.Get<PendingRegistrations>().KeepAsync(Registration(HandstampApp.Email));

        app.Jump(TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(isFound, await FindAsync(app) is not null);
    }

    [Fact]
    public async Task The_next_registration_of_the_address_replaces_it()
    {
        await using var app = await StartAsync();
        await app.Get<PendingRegistrations>().KeepAsync(Registration(HandstampApp.Email));

        await app.Get<PendingRegistrations>().KeepAsync(Registration("Ada@Example.com"));

        Assert.Equal("Ada@Example.com", (await FindAsync(app))?.Email);
    }

    [Fact]
    public async Task It_is_forgotten_with_the_links_of_its_mails_and_no_other()
    {
        await using var app = await StartAsync();
        var pending = app.Get<PendingRegistrations>();
        foreach (var address in new[] { HandstampApp.Email, Other }) await pending.KeepAsync(Registration(address));
        var links = new List<string>();
        foreach (var address in new[] { HandstampApp.Email, Other })
            links.Add((await app.MakeAsync(MailRequest.For(MailKind.AddressVerification, EmailAddress.Canonical(address), MailCalls.Person)))!.Token());

        await pending.ForgetAsync(Row);

        Assert.Null(await FindAsync(app));
        Assert.NotNull(await FindAsync(app, Other));
        Assert.Null(await app.Get<SingleUseSecrets>().FindAsync(MailSecrets.Verification.Link, links[0]));
        Assert.NotNull(await app.Get<SingleUseSecrets>().FindAsync(MailSecrets.Verification.Link, links[1]));
    }

    [Fact]
    public async Task What_another_version_has_written_in_another_form_is_no_registration()
    {
        await using var app = await StartAsync();
        await AddUnreadableAsync(app, sealedUnder: null);

        Assert.Null(await FindAsync(app));
    }

    [Fact]
    public void A_new_hash_leaves_the_rest_as_it_is()
    {
        var terms = new AcceptedTerms("2026-01", TestAccounts.Now);

        var renewed = new PendingRegistration { Email = "Ada@Example.com", PasswordHash = "former", SecurityStamp = "stamp", Terms = terms }.With("new");

        Assert.Equal(("Ada@Example.com", "new", "stamp", terms), (renewed.Email, renewed.PasswordHash, renewed.SecurityStamp, renewed.Terms));
    }

    [Fact]
    public async Task All_that_are_sealed_under_a_key_are_renewed_however_many_they_are()
    {
        await using var app = await StartAsync();
        var pending = app.Get<PendingRegistrations>();
        for (var number = 0; number < 51; number++) await pending.KeepAsync(SealedFor(app, $"{number}@example.com"));
        await pending.KeepAsync(Registration(Other));
        var renewed = 0;

        await pending.RehashAsync(KeyOf(app), one => $"$argon2id${renewed++}{one.Email}", default);

        Assert.Equal(51, renewed);
        for (var number = 0; number < 51; number++)
            Assert.EndsWith($"{number}@example.com", (await FindAsync(app, $"{number}@example.com"))!.PasswordHash, StringComparison.Ordinal);
        Assert.Equal("$argon2id$hash", (await FindAsync(app, Other))!.PasswordHash);
    }

    [Fact]
    public async Task One_whose_hash_cannot_be_renewed_is_forgotten()
    {
        await using var app = await StartAsync();
        var pending = app.Get<PendingRegistrations>();
        foreach (var address in new[] { HandstampApp.Email, Other }) await pending.KeepAsync(SealedFor(app, address));

        await pending.RehashAsync(KeyOf(app), one => one.Email == Other ? "$argon2id$new" : null, default);

        Assert.Null(await FindAsync(app));
        Assert.Equal("$argon2id$new", (await FindAsync(app, Other))!.PasswordHash);
    }

    [Fact]
    public async Task A_stop_waits_for_the_one_that_is_being_renewed_and_leaves_the_others()
    {
        await using var app = await StartAsync();
        var pending = app.Get<PendingRegistrations>();
        foreach (var address in new[] { HandstampApp.Email, Other }) await pending.KeepAsync(SealedFor(app, address));
        using var stop = new CancellationTokenSource();
        var renewed = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.RehashAsync(
            KeyOf(app),
            _ =>
            {
                stop.Cancel();
                return $"$argon2id${renewed++}";
            },
            stop.Token));

        Assert.Equal(1, renewed);
        string[] hashes = [(await FindAsync(app))!.PasswordHash, (await FindAsync(app, Other))!.PasswordHash];
        Assert.Single(hashes, hash => hash == "$argon2id$0");
        Assert.Single(hashes, hash => PasswordSeal.IsSealed(hash));
    }

    [Fact]
    public async Task One_that_cannot_be_read_is_forgotten()
    {
        await using var app = await StartAsync();
        await AddUnreadableAsync(app, KeyOf(app));

        await app.Get<PendingRegistrations>().RehashAsync(KeyOf(app), _ => "$argon2id$new", default);

        Assert.Null(await app.Get<ISecretStore>().FindAsync(Purpose, Row, app.Clock.GetUtcNow(), default));
    }

    static PendingRegistration Registration(string email) => new() { Email = email, PasswordHash = "$argon2id$hash", SecurityStamp = "stamp" };

    static PendingRegistration SealedFor(HandstampApp app, string email)
    {
        var registration = Registration(email);
        return registration.With(app.Get<PasswordSeal>().Seal(registration.PasswordHash, registration.Row));
    }

    static Task AddUnreadableAsync(HandstampApp app, string? sealedUnder) => app.Get<ISecretStore>().AddAsync(
        new SecretKey(Purpose, Row, new byte[32]), new SecretContent(Row, "{}"u8.ToArray(), app.Clock.GetUtcNow().AddDays(1), sealedUnder), tries: 0, most: 1);

    static Task<PendingRegistration?> FindAsync(HandstampApp app, string email = HandstampApp.Email) =>
        app.Get<PendingRegistrations>().FindAsync(PendingRegistrations.IdOf(EmailAddress.Canonical(email)), default);
}
