using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>What an authenticator app is given, what is refused with which sentence, and what the trail says.</summary>
public sealed class SecondFactorOperationsTests : IAsyncLifetime
{
    static readonly Origin Person = new(new Actor(ActorKind.Person), IPAddress.Loopback);

    readonly Account _ada = TestAccounts.Account();
    HandstampApp _app = null!;

    SecondFactorOperations Factors => _app.Get<SecondFactorOperations>();

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        await _app.Get<IAccountStore>().TryCreateAsync(_ada);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task What_an_app_is_given_in_three_forms_is_one_secret()
    {
        var enrolment = await BegunAsync();

        Assert.Equal(20, Base32.Decode(enrolment.Secret)!.Length);
        Assert.Equal(
            $"otpauth://totp/auth.example.com:ada%40example.com?secret={enrolment.Secret}&issuer=auth.example.com", enrolment.Uri);
        Assert.Equal(QrCode.Svg(enrolment.Uri), enrolment.QrSvg);
        Assert.Equal(enrolment.Secret, enrolment.Grouped().Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_is_none_is_refused_with_the_rule_and_the_app_still_waits()
    {
        var enrolment = await BegunAsync();

        var refusal = await RefusedAsync(CodeOf(enrolment), name: "");

        Assert.Equal(
            (Problems.InvalidRequest, "The name of an authenticator app has 1 to 64 characters, and no control characters.", "name"),
            (refusal.Problem, refusal.Detail, refusal.Field));
        Assert.NotEqual(default, (await ConfirmedAsync(enrolment)).Id);
    }

    [Fact]
    public async Task Without_an_app_that_waits_there_is_nothing_to_confirm()
    {
        var refusal = await RefusedAsync("123456");

        Assert.Equal(
            (Problems.InvalidRequest, "There is no new authenticator app to confirm. Begin again."), (refusal.Problem, refusal.Detail));
        var enrolment = await BegunAsync();
        await ConfirmedAsync(enrolment);
        Assert.Equal(refusal, await RefusedAsync(CodeOf(enrolment)));
    }

    [Fact]
    public async Task An_app_waits_for_less_than_an_hour()
    {
        var late = await BegunAsync();
        _app.Jump(TimeSpan.FromHours(1));
        Assert.Equal("There is no new authenticator app to confirm. Begin again.", (await RefusedAsync(CodeOf(late))).Detail);

        var enrolment = await BegunAsync();
        _app.Jump(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        await ConfirmedAsync(enrolment);
    }

    [Fact]
    public async Task A_new_secret_takes_the_place_of_one_that_waits()
    {
        var first = await BegunAsync();
        var second = await BegunAsync();

        await ConfirmedAsync(second);

        var app = Assert.Single(await Factors.ListAsync(_ada.Id, default));
        Assert.True(_app.Get<TotpSecrets>().TryOpen(app, out var secret));
        Assert.Equal(second.Secret, Base32.Encode(secret));
        Assert.NotEqual(first.Secret, second.Secret);
    }

    [Fact]
    public async Task An_account_that_is_gone_is_given_no_secret()
    {
        Assert.False((await Factors.BeginTotpAsync(TestAccounts.Account(), default)).Has(out _, out var refusal));

        Assert.Equal(Problems.SessionRevoked, refusal.Problem);
    }

    [Fact]
    public async Task The_first_code_is_used_up()
    {
        var enrolment = await BegunAsync();
        var spaced = CodeOf(enrolment).Insert(3, " ");

        var confirmed = await ConfirmedAsync(enrolment, spaced);

        var app = Assert.Single(await Factors.ListAsync(_ada.Id, default));
        Assert.Equal((confirmed.Id, _ada.Id, "Phone"), (app.Id, app.AccountId, app.Name));
        Assert.Equal(Totp.StepAt(_app.Clock.GetUtcNow()), app.LastStep);
        Assert.Equal((_app.Clock.GetUtcNow(), _app.Clock.GetUtcNow()), (app.CreatedAt, app.LastUsedAt!.Value));
    }

    [Fact]
    public async Task Recovery_codes_are_made_for_those_who_can_be_shown_them()
    {
        var without = await BegunAsync();
        Assert.True((await Factors.ConfirmTotpAsync(_ada.Id, CodeOf(without), null, withCodes: false, Person, default)).Has(out var shown, out _));
        Assert.Null(shown.RecoveryCodes);
        Assert.Equal(0, await Factors.CountCodesAsync(_ada.Id, default));

        Assert.Equal(10, (await ConfirmedAsync(await BegunAsync())).RecoveryCodes!.Distinct().Count());
        Assert.Equal(10, await Factors.CountCodesAsync(_ada.Id, default));
        Assert.Null((await ConfirmedAsync(await BegunAsync())).RecoveryCodes);
    }

    [Fact]
    public async Task The_trail_says_what_was_added_renewed_and_removed()
    {
        var app = await ConfirmedAsync(await BegunAsync());
        Assert.True((await Factors.RenewCodesAsync(_ada.Id, Person)).Has(out _, out _));
        Assert.Null(await Factors.RemoveAsync(_ada, app.Id, Person));
        await ConfirmedAsync(await BegunAsync());
        Assert.True(await Factors.ResetAsync(_ada.Id, Origin.Operator));

        Assert.Equal(
            [
                (EventKind.FactorAdded, "totp", "Phone", ActorKind.Person),
                (EventKind.FactorRecoveryCodesRenewed, null, null, ActorKind.Person),
                (EventKind.FactorRemoved, "totp", app.Id.ToString(), ActorKind.Person),
                (EventKind.FactorAdded, "totp", "Phone", ActorKind.Person),
                (EventKind.FactorReset, null, null, ActorKind.Operator),
            ],
            (await EventsAsync()).Select(done => (done.Kind, done.Outcome, done.Detail, done.By.Actor.Kind)));
        Assert.All(await EventsAsync(), done => Assert.Equal((_ada.Id, _app.Clock.GetUtcNow()), (done.AccountId!.Value, done.At)));
    }

    [Fact]
    public async Task What_is_refused_is_not_in_the_trail()
    {
        Assert.False(await Factors.ResetAsync(_ada.Id, Person));
        await BegunAsync();

        Assert.Equal(Problems.MfaCodeInvalid, (await RefusedAsync("")).Problem);
        Assert.False((await Factors.RenewCodesAsync(_ada.Id, Person)).Has(out _, out var refusal));
        Assert.Equal(Problems.MfaNotEnabled, refusal.Problem);
        Assert.Equal(Problems.FactorNotFound, (await Factors.RemoveAsync(_ada, Guid.CreateVersion7(), Person))!.Problem);

        Assert.Empty(await EventsAsync());
    }

    async Task<TotpEnrolment> BegunAsync()
    {
        Assert.True((await Factors.BeginTotpAsync(_ada, default)).Has(out var enrolment, out _));
        return enrolment;
    }

    async Task<TotpConfirmed> ConfirmedAsync(TotpEnrolment enrolment, string? code = null)
    {
        var confirmed = await Factors.ConfirmTotpAsync(_ada.Id, code ?? CodeOf(enrolment), "Phone", withCodes: true, Person, default);
        Assert.True(confirmed.Has(out var app, out _));
        return app;
    }

    async Task<Refusal> RefusedAsync(string code, string? name = null)
    {
        var confirmed = await Factors.ConfirmTotpAsync(_ada.Id, code, name, withCodes: true, Person, default);
        Assert.False(confirmed.Has(out _, out var refusal));
        return refusal;
    }

    string CodeOf(TotpEnrolment enrolment) => Totp.CodeOf(Base32.Decode(enrolment.Secret), Totp.StepAt(_app.Clock.GetUtcNow()));

    async Task<IEnumerable<Event>> EventsAsync() =>
        (await _app.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 1000, default)).Events
        .Where(done => done.Kind.Name().StartsWith("factor.", StringComparison.Ordinal));
}
