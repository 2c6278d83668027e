using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Http;

namespace Handstamp.Server.SignIn;

/// <summary>The code of a mail, with the address that it was sent to.</summary>
sealed class MailCodeFactor(MailLoginOperations mails) : MailFactor
{
    public const string FactorName = "email_code";

    public override string Name => FactorName;

    protected override Task<OrRefusal<MailboxOwner>> TryAsync(FactorAnswer answer, CancellationToken cancel) =>
        mails.TryCodeAsync(answer.Identifier ?? "", answer.Value, answer.By, cancel);
}

/// <summary>The link of a mail, which says whose it is.</summary>
sealed class MailLinkFactor(MailLoginOperations mails) : MailFactor
{
    public const string FactorName = "email_link";

    public override string Name => FactorName;

    protected override Task<OrRefusal<MailboxOwner>> TryAsync(FactorAnswer answer, CancellationToken cancel) =>
        mails.TryLinkAsync(answer.Value, answer.By, cancel);
}

/// <summary>
/// Reading the mail of an account. Only a first factor, because the mail also replaces the password.
/// </summary>
abstract class MailFactor : IFactor
{
    public abstract string Name { get; }

    public IReadOnlyList<string> Methods { get; } = ["otp"]; // RFC 8176 §2

    public ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel) => ValueTask.FromResult(false);

    public async Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel) =>
        (await TryAsync(answer, cancel)).Has(out var owner, out var refusal)
            ? new FactorOutcome.Right(owner.AccountId, owner.SecurityStamp)
            : new FactorOutcome.Refused(refusal);

    protected abstract Task<OrRefusal<MailboxOwner>> TryAsync(FactorAnswer answer, CancellationToken cancel);
}
