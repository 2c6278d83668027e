using System.Net;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.GeoIp;
using Handstamp.Server.Http;
using Handstamp.Server.Outbox;
using Handstamp.Server.Secrets;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>
/// Makes a mail of a request: looks its receiver up, and makes its secrets. Null if there is nobody to send it to. The
/// address is the one in the account, and never the one in the request: two that look alike could differ. A mail to an address that
/// is about to replace one, or that was replaced, is the exception.
/// </summary>
sealed class MailContents(
    IAccountStore accounts, PendingRegistrations pending, IInvitationStore invitations, SingleUseSecrets secrets, MailLinks links,
    Places places, TimeProvider clock)
{
    public Task<OutgoingMail?> MakeAsync(OutboxEntry entry, MailRequest request, CancellationToken cancel) => request.Kind switch
    {
        MailKind.AddressVerification => VerificationAsync(entry, request, cancel),
        MailKind.LoginCode => LoginAsync(entry, request, cancel),
        MailKind.AddressChangeConfirm => ChangeAsync(entry, request, cancel),
        MailKind.AddressChanged => ChangedAsync(entry, request, cancel),
        MailKind.AccountDeletionRequested => DeletionAsync(entry, request, cancel),
        MailKind.Invitation => InvitationAsync(entry, request, cancel),
        MailKind.PasswordReset or MailKind.RegistrationExists =>
            ResetAsync(entry, request, ResetSecrets.Requested, ResetSecrets.Life, cancel),
        _ => ResetAsync(entry, request, ResetSecrets.InNotice, ResetSecrets.LifeInNotice, cancel),
    };

    async Task<OutgoingMail?> ResetAsync(
        OutboxEntry entry, MailRequest request, SecretPurpose purpose, TimeSpan life, CancellationToken cancel)
    {
        if (await FindReceiverAsync(request, cancel) is not var (account, address)) return null;
        var expiresAt = clock.Now() + life;
        var secret = await secrets.MakeAsync(purpose, ResetSecrets.Content(account, address.Canonical, expiresAt));
        return Mail(entry, request, address.Value, links.Reset(secret), expiresAt);
    }

    /// <summary>
    /// For a registration that waits, or for an account whose address was not verified. If somebody registers with the address of an
    /// account, its owner gets another mail.
    /// </summary>
    async Task<OutgoingMail?> VerificationAsync(OutboxEntry entry, MailRequest request, CancellationToken cancel)
    {
        var canonical = request.Email!;
        var account = await accounts.FindAsync(IdentifierKind.Email, canonical, cancel);
        var (to, subject, stamp) = account is null
            ? await FindRegistrationAsync(canonical, request.SecurityStamp, cancel)
            : ReceiverOf(account, request);
        if (to is not null && stamp is not null)
        {
            var (link, code, expiresAt) = await MakeBothAsync(MailSecrets.Verification, canonical, subject, new MailGrant(canonical, stamp));
            return Mail(entry, request, to, links.Verify(link), expiresAt, code);
        }
        await MakeDecoyAsync(MailSecrets.Verification, request);
        return account is null || request.SecurityStamp is null
            ? null
            : await ResetAsync(
                entry, request with { Kind = MailKind.RegistrationExists }, ResetSecrets.Requested, ResetSecrets.Life, cancel);
    }

    async Task<(string? To, Guid Subject, string? Stamp)> FindRegistrationAsync(string canonical, string? ofMail, CancellationToken cancel) =>
        await pending.FindAsync(PendingRegistrations.IdOf(canonical), cancel) is { } registration
        && (ofMail is null || ofMail == registration.SecurityStamp)
            ? (registration.Email, PendingRegistrations.IdOf(canonical), registration.SecurityStamp)
            : default;

    /// <summary>Nobody, if somebody else registers with the address, or if it needs no verification.</summary>
    static (string? To, Guid Subject, string? Stamp) ReceiverOf(Account account, MailRequest request) =>
        request.SecurityStamp is null && account.DisabledAt is null
        // As soon as one address is proved, the others may be anyone's.
        && account.Identifiers.All(one => one.VerifiedAt is null)
        && account.Identifiers.First(one => IsOf(request, one)) is { } address
            ? (address.Value, account.Id, account.SecurityStamp)
            : default;

    async Task<OutgoingMail?> LoginAsync(OutboxEntry entry, MailRequest request, CancellationToken cancel)
    {
        if (await FindReceiverAsync(request, cancel) is not var (account, address))
        {
            await MakeDecoyAsync(MailSecrets.Login, request);
            return null;
        }
        var (link, code, expiresAt) = await MakeBothAsync(
            MailSecrets.Login, address.Canonical, account.Id, new MailGrant(address.Canonical, account.SecurityStamp));
        return Mail(entry, request, address.Value, links.Login(link), expiresAt, code);
    }

    /// <summary>To the new address. If another account has it, its owner learns that, and nobody else.</summary>
    async Task<OutgoingMail?> ChangeAsync(OutboxEntry entry, MailRequest request, CancellationToken cancel)
    {
        var canonical = EmailAddress.Canonical(request.To!);
        if (await FindAsync(request, cancel) is not { Email: { } email } account || account.SecurityStamp != request.SecurityStamp) return null;
        if (await accounts.FindIdAsync(IdentifierKind.Email, canonical, cancel) is { } holder && holder != account.Id)
        {
            await MakeDecoyAsync(MailSecrets.Change, request with { Email = canonical });
            return await ResetAsync(
                entry, request with { Kind = MailKind.RegistrationExists, AccountId = null, Email = canonical },
                ResetSecrets.Requested, ResetSecrets.Life, cancel);
        }

        var (link, code, expiresAt) = await MakeBothAsync(
            MailSecrets.Change, canonical, account.Id, new MailGrant(EmailAddress.Canonical(email), account.SecurityStamp, request.To));
        return Mail(entry, request, request.To!, links.Change(link), expiresAt, code);
    }

    /// <summary>
    /// To the former address. Each attempt to send it has the same row for its secret: a mail server that accepts none must not
    /// make room for the secrets of later changes.
    /// </summary>
    async Task<OutgoingMail?> ChangedAsync(OutboxEntry entry, MailRequest request, CancellationToken cancel)
    {
        var expiresAt = entry.CreatedAt + MailSecrets.UndoLife;
        if (await FindAsync(request, cancel) is not { } account || expiresAt <= clock.Now()) return null;
        var grant = new MailGrant(EmailAddress.Canonical(request.To!), account.SecurityStamp, request.To);
        var secret = await secrets.MakeAsync(MailSecrets.Undo, MailSecrets.Content(account.Id, grant, expiresAt), entry.Id);
        return Mail(entry, request, request.To!, links.Undo(secret), expiresAt);
    }

    /// <summary>Each attempt to send it has the same row for its secret, as with <see cref="ChangedAsync"/>.</summary>
    async Task<OutgoingMail?> DeletionAsync(OutboxEntry entry, MailRequest request, CancellationToken cancel)
    {
        if (await FindReceiverAsync(request, cancel) is not ({ DeleteAt: { } due } account, { } address) || due <= clock.Now()) return null;
        var secret = await secrets.MakeAsync(MailSecrets.Restore, new SecretContent(account.Id, [], due), entry.Id);
        return Mail(entry, request, address.Value, links.Restore(secret), due);
    }

    /// <summary>Nobody, if the invitation was withdrawn or replaced while the mail waited.</summary>
    async Task<OutgoingMail?> InvitationAsync(OutboxEntry entry, MailRequest request, CancellationToken cancel)
    {
        if (request.InvitationId is not { } id || await invitations.FindAsync(id, clock.Now(), cancel) is not { } invitation) return null;
        var content = new SecretContent(id, [], invitation.ExpiresAt);
        var secret = await secrets.MakeAsync(InvitationOperations.Purpose, content);
        return Mail(entry, request, invitation.Email.Value, links.Invitation(secret), invitation.ExpiresAt);
    }

    async Task<(SecretText Link, string Code, DateTimeOffset ExpiresAt)> MakeBothAsync(
        MailPurpose purpose, string holder, Guid subject, MailGrant grant)
    {
        var expiresAt = clock.Now() + purpose.Life;
        var content = MailSecrets.Content(subject, grant, expiresAt);
        return (await secrets.MakeAsync(purpose.Link, content), await secrets.MakeCodeAsync(purpose.Code, holder, content), expiresAt);
    }

    /// <summary>
    /// A code that nobody gets, for an address that gets no mail: to compare a code then costs the same as for any other address.
    /// </summary>
    async Task MakeDecoyAsync(MailPurpose purpose, MailRequest request)
    {
        if (request.Email is not { } holder) return;
        var now = clock.Now();
        await secrets.MakeCodeAsync(purpose.Code, holder, new SecretContent(Guid.CreateVersion7(now), [], now + purpose.Life));
    }

    // As soon as one address is proved, the others may be anyone's.
    static IEnumerable<Identifier> Reachable(Account account)
    {
        Identifier[] addresses = [.. account.Identifiers.Where(one => one.Kind == IdentifierKind.Email)];
        return addresses.Any(one => one.VerifiedAt is not null) ? addresses.Where(one => one.VerifiedAt is not null) : addresses;
    }

    async Task<(Account, Identifier)?> FindReceiverAsync(MailRequest request, CancellationToken cancel) =>
        await FindAsync(request, cancel) is { } account
        && Reachable(account).FirstOrDefault(one => request.Email is null || IsOf(request, one)) is { } address
            ? (account, address)
            : null;

    static bool IsOf(MailRequest request, Identifier one) => one.Kind == IdentifierKind.Email && one.Canonical == request.Email;

    async Task<Account?> FindAsync(MailRequest request, CancellationToken cancel)
    {
        var account = request switch
        {
            { AccountId: { } id } => await accounts.FindAsync(id, cancel),
            { Email: { } email } => await accounts.FindAsync(IdentifierKind.Email, email, cancel),
            _ => null,
        };
        // A disabled account cannot be used, so its owner has nothing to do.
        return account is { DisabledAt: null } ? account : null;
    }

    OutgoingMail Mail(
        OutboxEntry entry, MailRequest request, string to, string link, DateTimeOffset expiresAt, string? code = null) => new()
        {
            Id = entry.Id,
            Kind = request.Kind,
            To = to,
            Languages = request.Languages,
            At = entry.CreatedAt,
            Link = link,
            LinkExpiresAt = expiresAt,
            Code = code,
            Address = Shown(request.Address),
        };

    // With the place, which tells a person more.
    string? Shown(string? address) =>
        IPAddress.TryParse(address, out var parsed) && places.Find(parsed).Text is { } place ? $"{address} ({place})" : address;
}
