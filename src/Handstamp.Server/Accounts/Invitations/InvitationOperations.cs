using System.Diagnostics;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Invitations;

/// <summary>The result of inviting an address.</summary>
abstract record InvitationOutcome
{
    InvitationOutcome() { }

    /// <summary>The mail waits, and the invitation is valid.</summary>
    public sealed record Invited(Invitation Invitation) : InvitationOutcome;

    /// <summary>The address has an account, which does not change. No mail is sent.</summary>
    public sealed record HasAccount(Account Account) : InvitationOutcome;

    public sealed record Refused(Refusal Refusal) : InvitationOutcome;
}

/// <summary>
/// Invitations by mail. An operator makes one for an address, with roles. Its link adds the account, with the address proved: only
/// the owner of the address gets the link. A scanner of mails that opens it changes nothing, because its page has a button.
/// </summary>
sealed class InvitationOperations(
    IInvitationStore invitations, IAccountStore accounts, AccountOperations operations, PasswordPolicy policy, MailDomains domains, ServiceTerms terms,
    SingleUseSecrets secrets, MailNotices mails, AuditTrail trail, IOptions<AccountOptions> options, TimeProvider clock)
{
    /// <summary>
    /// Each attempt to send a mail makes another secret. A try is also counted for a new password that the policy refuses.
    /// </summary>
    public static readonly SecretPurpose Purpose = new("invitation", Tries: 20, Most: 5);

    /// <summary>What an account says that was added by an invitation.</summary>
    const string Outcome = "invitation";

    /// <summary>Whether invited people may add accounts.</summary>
    public bool IsOpen => options.Value.Registration != RegistrationMode.Closed;

    /// <summary>Invites the owner of an address, in place of an earlier invitation. <paramref name="by"/> has the language of the mail.</summary>
    public async Task<InvitationOutcome> InviteAsync(string email, IReadOnlyList<string> roles, Origin by, CancellationToken cancel)
    {
        if (Fault(email) is { } fault) return new InvitationOutcome.Refused(fault);
        var claims = new AccountClaims { Roles = roles };
        if (claims.Fault() is { } invalid) return new InvitationOutcome.Refused(new Refusal(Problems.InvalidRequest, invalid));

        var now = clock.Now();
        var invitation = new Invitation
        {
            Id = Guid.CreateVersion7(now),
            Email = Identifier.OfEmail(email),
            Claims = claims,
            CreatedAt = now,
            ExpiresAt = now + options.Value.InvitationLifetime,
        };
        // Several attempts: an account that has the address may be deleted in between.
        while (!await TryAddAsync(invitation, by))
            if (await accounts.FindAsync(IdentifierKind.Email, invitation.Email.Canonical, cancel) is { } account)
                return new InvitationOutcome.HasAccount(account);
        return new InvitationOutcome.Invited(invitation);
    }

    /// <summary>The invitations that can be accepted, in the order of their addresses, after this one.</summary>
    public Task<IReadOnlyList<Invitation>> ListAsync(Invitation? after, int limit, CancellationToken cancel) =>
        invitations.ListAsync(after?.Email.Canonical, limit, clock.Now(), cancel);

    /// <summary>Takes an invitation back; false if the address has none.</summary>
    public async Task<bool> WithdrawAsync(string email, Origin by, CancellationToken cancel)
    {
        var (canonical, now) = (EmailAddress.Canonical(email), clock.Now());
        if (await invitations.FindAsync(canonical, now, cancel) is not { } invitation) return false;
        var withdrawn = by.Does(EventKind.InvitationWithdrawn, now) with { Detail = invitation.Id.ToString() };
        if (!await invitations.TryWithdrawAsync(invitation.Id, withdrawn)) return false;
        trail.Record(withdrawn);
        return true;
    }

    /// <summary>The address that the token invites; null if the token is not valid. To ask spends nothing.</summary>
    public async Task<string?> FindAddressAsync(string token, CancellationToken cancel) =>
        await secrets.FindAsync(Purpose, token) is { } content
        && await invitations.FindAsync(content.Subject, clock.Now(), cancel) is { } invitation
            ? invitation.Email.Value
            : null;

    /// <summary>
    /// Adds the account of the invitation. The token is spent in the same store operation, and only there: a refused password
    /// leaves it valid. Only the receiver of the mail has it, so it may say that there is an account.
    /// <paramref name="accepted"/> is the version of the terms that the person accepts.
    /// </summary>
    public async Task<OrRefusal<Account>> AcceptAsync(string token, string password, string? accepted, Origin by, CancellationToken cancel)
    {
        if (!IsOpen) return Problems.RegistrationClosed;
        if (await secrets.TryAsync(Purpose, token) is not { } tried
            || await invitations.FindAsync(tried.Content.Subject, clock.Now(), cancel) is not { } invitation)
            return Refused(Problems.InvitationInvalid, by);
        if (terms.Fault(accepted) is { } refusal) return refusal;
        if (policy.Fault(password, invitation.Email.Value) is { } weakness) return weakness.ToRefusal();

        var now = clock.Now();
        var account = AccountOperations.NewAccount(invitation.Email with { VerifiedAt = now }, roles: [], now) with { Claims = invitation.Claims };
        if (await operations.HashAsync(account, password, by.Address!.Site(), cancel) is not { } hashed)
            return Refused(HashingQueue.Busy, by);
        account = account with { PasswordHash = hashed.Hash, SecurityStamp = hashed.Stamp, Terms = terms.AcceptedAt(now) };
        var added = by.Does(EventKind.AccountAdded, now) with
        {
            AccountId = account.Id,
            Outcome = Outcome,
            Detail = AccountOperations.RolesOf(account.Claims),
        };
        switch (await invitations.TryAcceptAsync(invitation.Id, tried.Key, account, added))
        {
            case InvitationAcceptance.Accepted:
                trail.Record(added);
                return account;
            case InvitationAcceptance.Taken:
                return Refused(Problems.AccountExists, by);
            case InvitationAcceptance.Invalid:
                return Refused(Problems.InvitationInvalid, by);
            default:
                throw new UnreachableException();
        }
    }

    Refusal? Fault(string email) =>
        !IsOpen ? new Refusal(Problems.RegistrationClosed, "Set Accounts:Registration to invited or open. Then invitations can be accepted.")
        : !mails.IsOn ? Problems.MailNotConfigured
        : EmailAddress.Fault(email) is { } fault ? new Refusal(Problems.InvalidRequest, fault)
        : domains.Fault(email);

    async Task<bool> TryAddAsync(Invitation invitation, Origin by)
    {
        var request = MailRequest.For(MailKind.Invitation, invitation.Email.Canonical, by) with { InvitationId = invitation.Id };
        var added = by.Does(EventKind.InvitationAdded, invitation.CreatedAt) with
        {
            Detail = string.Join(", ", [invitation.Id.ToString(), .. invitation.Claims.Roles]),
            Notice = request.ToEntry(invitation.CreatedAt),
        };
        if (!await invitations.TryAddAsync(invitation, added)) return false;
        trail.Record(added);
        return true;
    }

    Refusal Refused(Refusal refusal, Origin by)
    {
        var kind = refusal.Problem == Problems.ServerBusy ? EventKind.RegistrationThrottled : EventKind.RegistrationRefused;
        trail.Refuse(by.Does(kind, clock.Now()) with { Outcome = refusal.Problem.Code });
        return refusal;
    }
}
