using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>What the trail says of refused attempts, and which of them look like an attack.</summary>
public sealed class RefusedAttemptsTests : IAsyncLifetime
{
    static readonly Origin By = new(new Actor(ActorKind.Person), IPAddress.Parse("192.0.2.1"));
    static readonly Identifier Ada = Identifier.OfEmail(TestAccounts.Email);
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    AccountService _service = null!;

    RefusedAttempts Attempts => _service.Get<RefusedAttempts>();

    public async ValueTask InitializeAsync() => _service = await AccountService.StartAsync("Accounts:Throttle:NetworkFree=1");

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Each_outcome_is_recorded_as_refused_or_as_throttled_with_its_code()
    {
        var account = Guid.CreateVersion7();
        CredentialOutcome[] outcomes =
        [
            new CredentialOutcome.Wrong(), new CredentialOutcome.Disabled(), new CredentialOutcome.NotVerified(), new CredentialOutcome.Locked(),
            new CredentialOutcome.Throttled(Wait), new CredentialOutcome.Busy(Wait), new CredentialOutcome.NotKnown(Wait),
        ];
        foreach (var outcome in outcomes) Attempts.Note(outcome, account, EventKind.PasswordRefused, EventKind.PasswordThrottled, By, TestAccounts.Now);

        Assert.Equal(
            [
                (EventKind.PasswordRefused, "account_disabled", account), (EventKind.PasswordRefused, "email_not_verified", account),
                (EventKind.PasswordRefused, "invalid_credentials", account), (EventKind.PasswordThrottled, "former_system_unavailable", account),
                (EventKind.PasswordThrottled, "server_busy", account), (EventKind.PasswordThrottled, "too_many_requests", account),
                (EventKind.PasswordThrottled, "unknown_device_locked", account),
            ],
            await RowsAsync());
    }

    [Fact]
    public async Task Accepted_and_malformed_attempts_are_not_recorded_and_are_no_attack()
    {
        CredentialOutcome[] outcomes = [new CredentialOutcome.Accepted(TestAccounts.Account()), new CredentialOutcome.Malformed("Why.")];
        foreach (var outcome in outcomes)
        {
            Attempts.Note(outcome, null, EventKind.LoginRefused, EventKind.LoginThrottled, By, TestAccounts.Now);
            await Attempts.NoteAsync(outcome, Ada, EventKind.LoginRefused, EventKind.LoginThrottled, By, TestAccounts.Now);
        }

        Assert.Empty(await RowsAsync());
        Assert.False(IsAttack());
    }

    // Without a store, it would fail to look up an account.
    [Fact]
    public async Task What_is_not_recorded_is_not_looked_up()
    {
        var attempts = new RefusedAttempts(accounts: null!, trail: null!, attack: null!);
        CredentialOutcome[] outcomes = [new CredentialOutcome.Accepted(TestAccounts.Account()), new CredentialOutcome.Malformed("Why.")];

        foreach (var outcome in outcomes)
            Assert.Null(await Record.ExceptionAsync(
                () => attempts.NoteAsync(outcome, Ada, EventKind.LoginRefused, EventKind.LoginThrottled, By, TestAccounts.Now)));
    }

    [Fact]
    public async Task An_attempt_at_a_name_is_recorded_for_its_account_and_for_none_if_there_is_none()
    {
        var account = await _service.AddAccountAsync();

        await NoteAsync(new CredentialOutcome.Wrong(), Ada);
        await NoteAsync(new CredentialOutcome.Disabled(), Identifier.OfEmail("eve@example.com"));
        await NoteAsync(new CredentialOutcome.NotVerified(), Identifier.OfUsername("ada"));

        Assert.Equal(
            [
                (EventKind.LoginRefused, "account_disabled", null), (EventKind.LoginRefused, "email_not_verified", null),
                (EventKind.LoginRefused, "invalid_credentials", account.Id),
            ],
            await RowsAsync());
    }

    [Fact]
    public async Task A_request_that_got_no_place_does_not_look_its_account_up()
    {
        var account = await _service.AddAccountAsync();

        await NoteAsync(new CredentialOutcome.Busy(Wait), Ada);
        await NoteAsync(new CredentialOutcome.Throttled(Wait), Ada);

        Assert.Equal(
            [(EventKind.LoginThrottled, "server_busy", null), (EventKind.LoginThrottled, "too_many_requests", account.Id)], await RowsAsync());
    }

    [Fact]
    public async Task A_step_is_throttled_if_it_may_be_repeated_and_refused_otherwise()
    {
        Problem[] problems =
            [Problems.TooManyRequests, Problems.ServerBusy, Problems.FormerSystemUnavailable, Problems.MfaCodeInvalid, Problems.FormerTokenInvalid];
        foreach (var problem in problems) Attempts.NoteStep(problem, null, By, TestAccounts.Now);

        Assert.Equal(
            [
                (EventKind.LoginRefused, "former_token_invalid", null), (EventKind.LoginRefused, "mfa_code_invalid", null),
                (EventKind.LoginThrottled, "former_system_unavailable", null), (EventKind.LoginThrottled, "server_busy", null),
                (EventKind.LoginThrottled, "too_many_requests", null),
            ],
            await RowsAsync());
    }

    [Fact]
    public void Neither_an_outage_of_the_former_system_nor_an_expired_token_of_it_is_an_attack()
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            Attempts.NoteStep(Problems.FormerSystemUnavailable, null, By, TestAccounts.Now);
            Attempts.NoteStep(Problems.FormerTokenInvalid, null, By, TestAccounts.Now);
        }
        Assert.False(IsAttack());

        for (var attempt = 0; attempt < 2; attempt++) Attempts.NoteStep(Problems.MfaCodeInvalid, null, By, TestAccounts.Now);
        Assert.True(IsAttack());
    }

    Task NoteAsync(CredentialOutcome outcome, Identifier name) =>
        Attempts.NoteAsync(outcome, name, EventKind.LoginRefused, EventKind.LoginThrottled, By, TestAccounts.Now);

    bool IsAttack() => _service.Get<AttackWatch>().IsAttackFrom(By.Address!);

    async Task<IEnumerable<(EventKind Kind, string? Outcome, Guid? AccountId)>> RowsAsync()
    {
        await _service.Get<RefusalTally>().WriteAsync();
        var page = await _service.Get<IEventStore>().ReadOnAsync(
            EventFilter.All with { Kinds = [.. EventKinds.All.Where(kind => kind.IsRefusal())] }, Guid.Empty, 10_000, default);
        return page.Events.Select(one => (one.Kind, one.Outcome, one.AccountId)).OrderBy(one => one.Kind).ThenBy(one => one.Outcome, StringComparer.Ordinal);
    }
}
