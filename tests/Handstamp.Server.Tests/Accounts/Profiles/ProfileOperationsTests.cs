using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Profiles;

/// <summary>A change of a profile, its event, and others who change it at the same time.</summary>
public sealed class ProfileOperationsTests : IAsyncLifetime
{
    static readonly Guid Session = Guid.NewGuid();
    static readonly Origin By = new(new Actor(ActorKind.Person), IPAddress.Loopback, "a browser");

    HandstampApp _app = null!;
    Guid _account;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        await _app.RegisterAsync();
        _account = (await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!.Id;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_change_is_stored_and_its_event_names_the_session_and_the_members()
    {
        var now = _app.Clock.Now();

        Assert.True((await ChangeAsync(before => before with { Name = "Ada", Locale = "de" })).Has(out var profile, out _));

        Assert.Equal(new Profile { Name = "Ada", Locale = "de" }, profile);
        Assert.Equal(profile, await _app.Get<ProfileOperations>().FindAsync(_account, default));
        var changed = Assert.Single(await EventsAsync());
        Assert.Equal(
            (_account, Session, "name, locale", 1, now, now, By),
            (changed.AccountId!.Value, changed.SessionId!.Value, changed.Detail, changed.Count, changed.At, changed.Since!.Value, changed.By));
        Assert.Single(
            _app.Logs.Of(6500), line => line.Contains(
                $"account.profile_changed: -, account {_account}, session {Session}, name, locale, count 1, by Person -", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Equal_changes_are_counted_together_until_the_day_is_over()
    {
        await NameAsync("Ada");
        _app.Jump(_app.Clock.GetUtcNow().Date.AddDays(1) - _app.Clock.GetUtcNow().UtcDateTime - TimeSpan.FromMilliseconds(1));
        await NameAsync("Ada Lovelace");
        _app.Jump(TimeSpan.FromMilliseconds(1));
        await NameAsync("Ada King");

        Assert.Equal([1, 2], (await EventsAsync()).Select(one => one.Count).Order());
    }

    [Fact]
    public async Task What_changes_nothing_leaves_no_event()
    {
        await NameAsync("Ada");

        Assert.True((await ChangeAsync(before => before with { Name = "Ada" })).Has(out var profile, out _));

        Assert.Equal(new Profile { Name = "Ada" }, profile);
        Assert.Equal(1, Assert.Single(await EventsAsync()).Count);
    }

    [Fact]
    public async Task A_refusal_names_the_member_and_nothing_is_stored()
    {
        Assert.False((await ChangeAsync(_ => new Profile { Name = "Ada", Locale = "x" })).Has(out _, out var refusal));

        Assert.Equal(
            new Refusal(Problems.InvalidRequest, "The locale must be a language tag (BCP 47), such as de-AT.") { Field = "locale" }, refusal);
        Assert.Equal(Profile.None, await _app.Get<ProfileOperations>().FindAsync(_account, default));
        Assert.Empty(await EventsAsync());
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public async Task A_change_is_tried_five_times_on_top_of_those_of_others(int rivals, bool isDone)
    {
        var contested = new Contested(_app.Get<IProfileStore>(), rivals);

        var isChanged = (await ChangeAsync(before => before with { Name = "Ada" }, contested)).Has(out var profile, out var refusal);

        Assert.Equal((isDone, isDone ? null : "account_changed"), (isChanged, refusal?.Problem.Code));
        var stored = new Profile { Name = isDone ? "Ada" : null, Data = """{"left":0}""" };
        Assert.Equal(stored, await _app.Get<ProfileOperations>().FindAsync(_account, default));
        Assert.Equal(isDone ? stored : null, profile);
    }

    async Task<OrRefusal<Profile>> ChangeAsync(Func<Profile, Profile> change, IProfileStore? profiles = null) =>
        await new ProfileOperations(
            profiles ?? _app.Get<IProfileStore>(), _app.Get<AuditTrail>(), _app.Get<IOptions<AccountOptions>>(), _app.Clock)
            .ChangeAsync(_account, Session, change, By, default);

    async Task NameAsync(string name) => Assert.True((await ChangeAsync(before => before with { Name = name })).Has(out _, out _));

    Task<IReadOnlyList<Event>> EventsAsync() =>
        _app.Get<EventReader>().ReadNewestAsync(new EventFilter { Kinds = [EventKind.AccountProfileChanged] }, 10, default);

    /// <summary>The real store, in which others change the data just before so many changes.</summary>
    sealed class Contested(IProfileStore real, int rivals) : IProfileStore
    {
        int _left = rivals;

        public Task<Profile> FindAsync(Guid accountId, CancellationToken cancel) => real.FindAsync(accountId, cancel);

        public async Task<bool> TrySetAsync(Guid accountId, Profile from, Profile to, Event changed)
        {
            if (_left > 0)
            {
                var other = @from with { Data = $$"""{"left":{{--_left}}}""" };
                var byOther = By.Does(EventKind.AccountProfileChanged, changed.At) with { AccountId = accountId };
                Assert.True(await real.TrySetAsync(accountId, from, other, byOther));
            }
            return await real.TrySetAsync(accountId, from, to, changed);
        }
    }
}
