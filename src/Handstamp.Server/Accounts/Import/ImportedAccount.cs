using System.Diagnostics.CodeAnalysis;
using Handstamp.Server.Accounts.Hashes;
using Handstamp.Server.Accounts.Terms;

namespace Handstamp.Server.Accounts.Import;

/// <summary>An account to add, and what of it was known before.</summary>
sealed class ImportedAccount
{
    readonly bool _hasId;
    readonly bool _hasCreatedAt;

    ImportedAccount(Account account, ImportedFactors? factors, PortableUser from) =>
        (Account, Factors, _hasId, _hasCreatedAt) = (account, factors, from.Id is not null, from.CreatedAt is not null);

    public Account Account { get; }

    /// <summary>Null if there are none.</summary>
    public ImportedFactors? Factors { get; }

    /// <summary>The account that the user becomes, or why it cannot be added.</summary>
    public static bool TryCreate(
        PortableUser user, string relyingPartyId, DateTimeOffset now, [NotNullWhen(true)] out ImportedAccount? imported, [NotNullWhen(false)] out ImportOutcome.Refused? refused)
    {
        imported = null;
        refused = IdFault(user) ?? TimeFault(user, now) ?? EmailFault(user) ?? HashFault(user);
        if (refused is not null) return false;

        var created = Stored(user.CreatedAt ?? now);
        var account = new Account
        {
            Id = user.Id ?? Guid.CreateVersion7(now),
            Identifiers = [.. EmailsOf(user, created), .. user.Username is { } name ? [Identifier.OfUsername(name)] : Array.Empty<Identifier>()],
            PasswordHash = user.PasswordHash,
            Claims = ClaimsOf(user),
            SecurityStamp = Account.NewStamp(),
            CreatedAt = created,
            DisabledAt = user.DisabledAt is { } disabled ? Stored(disabled) : user.Disabled == true ? now : null,
            Terms = user.TermsVersion is { } version ? new AcceptedTerms(version, Stored(user.TermsAcceptedAt ?? created)) : null,
        };
        refused = account.Claims.Fault() is { } fault ? new("invalid_claims", fault)
            : user.TermsVersion is { } terms && !AccountTermsOptions.IsVersion(terms)
                ? new("invalid_terms", $"A version of the terms must have {AccountTermsOptions.VersionRule}.")
                : null;
        if (refused is not null || !ImportedFactors.TryCreate(user, account, relyingPartyId, out var factors, out refused)) return false;
        imported = new ImportedAccount(account, factors, user);
        return true;
    }

    /// <summary>What becomes of it, given the account that has its id or one of its names.</summary>
    public ImportOutcome Compare(Account holder)
    {
        var isSame = _hasId
            ? holder.Id == Account.Id
            : Account.Identifiers.All(IsOf) && (!_hasCreatedAt || holder.CreatedAt == Account.CreatedAt);
        return isSame ? new ImportOutcome.AlreadyThere() : new ImportOutcome.Refused("email_taken", "Another account has this e-mail address or username.");

        // As it is written: letter case may tell two people of the other system apart.
        bool IsOf(Identifier identifier) => holder.Identifiers.Any(other => other.Kind == identifier.Kind && other.Value == identifier.Value);
    }

    static ImportOutcome.Refused? IdFault(PortableUser user) =>
        user.Id == Guid.Empty ? new("invalid_id", "An id cannot be zero.") : null;

    static ImportOutcome.Refused? TimeFault(PortableUser user, DateTimeOffset now)
    {
        DateTimeOffset?[] times =
        [
            user.CreatedAt, user.EmailVerifiedAt, user.DisabledAt, user.TermsAcceptedAt, .. (user.Emails ?? []).Select(email => email?.VerifiedAt),
            .. (user.Totp ?? []).SelectMany(app => (DateTimeOffset?[])[app?.CreatedAt, app?.LastUsedAt]),
            .. (user.Passkeys ?? []).SelectMany(passkey => (DateTimeOffset?[])[passkey?.CreatedAt, passkey?.LastUsedAt]),
        ];
        // The clocks of two systems differ.
        return times.Any(time => time < DateTimeOffset.UnixEpoch || time > now.AddDays(1))
            ? new("invalid_time", "A time must be between 1970 and now.")
            : null;
    }

    static ImportOutcome.Refused? EmailFault(PortableUser user)
    {
        if (user.Email is not null && user.Emails is not null) return new("invalid_email", "Pass email or emails, not both.");
        if (user.Emails?.Count > Identifier.MostPerAccount)
            return new("invalid_email", $"A user can have at most {Identifier.MostPerAccount} e-mail addresses.");
        if (user.Emails?.Any(email => email is null) == true) return new("invalid_email", "An address in emails must be an object with an email.");
        string[] addresses = [.. EmailsOf(user, default).Select(email => email.Value)];
        if (user.Username is { } name && Username.Fault(name) is { } rule) return new("invalid_username", rule);
        if (addresses.Length == 0 && user.Username is null && (user.Id is null || user.Emails is null)) return new("no_email", "The user has neither an e-mail address nor a username.");
        if (addresses.Select(EmailAddress.Fault).FirstOrDefault(fault => fault is not null) is { } fault) return new("invalid_email", fault);
        return addresses.DistinctBy(EmailAddress.Canonical).Count() < addresses.Length
            ? new("invalid_email", "The user has the same e-mail address twice.")
            : null;
    }

    static ImportOutcome.Refused? HashFault(PortableUser user) =>
        user.PasswordHash is { } hash && hash != Account.FormerPassword && HashFormats.Fault(hash) is { } fault ? new("invalid_password_hash", fault) : null;

    static IEnumerable<Identifier> EmailsOf(PortableUser user, DateTimeOffset created) =>
        (user.Emails ?? (user.Email is { } email ? [new PortableEmail(email, VerifiedAtOf(user, created))] : []))
        .Select(one => Identifier.OfEmail(one.Email) with { VerifiedAt = one.VerifiedAt is { } at ? Stored(at) : null });

    static DateTimeOffset? VerifiedAtOf(PortableUser user, DateTimeOffset created) =>
        user.EmailVerifiedAt ?? (user.EmailVerified == true ? created : null);

    static AccountClaims ClaimsOf(PortableUser user) => new()
    {
        Roles = user.Roles ?? [],
        Custom = user.Claims is null ? [] : [.. user.Claims.SelectMany(claim => (claim.Value ?? []).Select(value => new AccountClaim(claim.Key, value)))],
    };

    /// <summary>In whole milliseconds, as a time is stored.</summary>
    public static DateTimeOffset Stored(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
