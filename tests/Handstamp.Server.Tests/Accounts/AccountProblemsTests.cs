using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The answer for each outcome that is a refusal.</summary>
public sealed class AccountProblemsTests
{
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(7);

    [Fact]
    public void Each_refused_operation_has_its_problem()
    {
        Assert.Equal(new Refusal(Problems.AccountExists), new AccountOutcome.AddressTaken().ToRefusal());
        Assert.Equal(new Refusal(Problems.UsernameTaken), new AccountOutcome.UsernameTaken().ToRefusal());
        Assert.Equal(new Refusal(Problems.AccountChanged), new AccountOutcome.Changed().ToRefusal());
        Assert.Equal(new Refusal(Problems.TooManyRequests, RetryAfter: Wait), new AccountOutcome.Throttled(Wait).ToRefusal());
        Assert.Equal(new Refusal(Problems.ServerBusy, RetryAfter: Wait), new AccountOutcome.Busy(Wait).ToRefusal());
    }

    [Fact]
    public void What_is_invalid_is_refused_with_the_fault_and_its_field()
    {
        Assert.Equal(
            new Refusal(Problems.InvalidRequest, "Why.") { Field = "username" }, new AccountOutcome.Invalid("Why.", "username").ToRefusal());
        Assert.Equal(new Refusal(Problems.InvalidRequest, "Why."), new AccountOutcome.Invalid("Why.").ToRefusal());
        Assert.Equal(new Refusal(Problems.InvalidRequest, "Why.") { Field = "email" }, AccountProblems.InvalidEmail("Why."));
    }

    [Fact]
    public void A_weak_password_is_refused_with_the_sentence_and_the_rule() => Assert.Equal(
        new Refusal(Problems.PasswordTooWeak, "Why.") { Rule = "too_short" },
        new AccountOutcome.WeakPassword(new PasswordFault(PasswordRules.TooShort, "Why.")).ToRefusal());

    [Fact]
    public void Each_refused_attempt_has_its_problem()
    {
        Assert.Equal(new Refusal(Problems.InvalidCredentials), new CredentialOutcome.Wrong().ToRefusal());
        Assert.Equal(new Refusal(Problems.EmailNotVerified), new CredentialOutcome.NotVerified().ToRefusal());
        Assert.Equal(new Refusal(Problems.AccountDisabled), new CredentialOutcome.Disabled().ToRefusal());
        Assert.Equal(new Refusal(Problems.UnknownDeviceLocked), new CredentialOutcome.Locked().ToRefusal());
        Assert.Equal(new Refusal(Problems.TooManyRequests, RetryAfter: Wait), new CredentialOutcome.Throttled(Wait).ToRefusal());
        Assert.Equal(new Refusal(Problems.ServerBusy, RetryAfter: Wait), new CredentialOutcome.Busy(Wait).ToRefusal());
        Assert.Equal(new Refusal(Problems.FormerSystemUnavailable, RetryAfter: Wait), new CredentialOutcome.NotKnown(Wait).ToRefusal());
        Assert.Equal(
            new Refusal(Problems.InvalidRequest, "Why.") { Field = "email" }, new CredentialOutcome.Malformed("Why.", "email").ToRefusal());
        Assert.Equal(new Refusal(Problems.InvalidRequest, "Why."), new CredentialOutcome.Malformed("Why.").ToRefusal());
    }

    [Fact]
    public void What_was_done_is_no_refusal()
    {
        Assert.Throws<UnreachableException>(() => new AccountOutcome.Done(TestAccounts.Account()).ToRefusal());
        Assert.Throws<UnreachableException>(() => new CredentialOutcome.Accepted(TestAccounts.Account()).ToRefusal());
    }

    [Fact]
    public void The_names_of_the_password_rules_are_for_programs_and_never_change() => Assert.Equal(
        ["too_long", "too_short", "repeated", "sequence", "common", "guessable", "breached"], PasswordRules.All);
}
