using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage.Moving;

namespace Handstamp.Host.Commands;

/// <summary>An account as the commands show it.</summary>
sealed record ShownAccount(
    Guid Id, string? Email, bool EmailVerified, IReadOnlyList<string> Roles, IReadOnlyDictionary<string, string[]> Claims,
    DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt)
{
    /// <summary>Only if its owner wants it to be deleted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? DeleteAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Username { get; init; }

    /// <summary>The version of the terms that the owner has accepted last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TermsVersion { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? TermsAcceptedAt { get; init; }

    /// <summary>Only in the result of the command that generated it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Password { get; init; }

    public static ShownAccount Of(Account account) => new(
        account.Id, account.Email, account.IsEmailVerified, account.Claims.Roles, account.Claims.CustomByName(),
        account.CreatedAt, account.DisabledAt)
    {
        DeleteAt = account.DeleteAt,
        Username = account.Username,
        TermsVersion = account.Terms?.Version,
        TermsAcceptedAt = account.Terms?.At,
    };
}

/// <summary>An invitation that can be accepted.</summary>
sealed record ShownInvitation(Guid Id, string Email, IReadOnlyList<string> Roles, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    public static ShownInvitation Of(Invitation invitation) => new(
        invitation.Id, invitation.Email.Value, invitation.Claims.Roles, invitation.CreatedAt, invitation.ExpiresAt);
}

/// <summary>A person at a provider by whom an account can be logged in to.</summary>
sealed record ShownExternalLogin(
    Guid Id, string Provider, string Issuer, string Subject, string? Label, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt)
{
    public static ShownExternalLogin Of(ExternalLogin login) => new(
        login.Id, login.Provider, login.Issuer, login.Subject, login.Label, login.CreatedAt, login.LastUsedAt);
}

/// <summary>A live session.</summary>
sealed record ShownSession(
    Guid Id, string? DeviceName, string? UserAgent, string? Address,
    DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, int SharingSigns)
{
    public static ShownSession Of(ListedSession listed) => new(
        listed.Session.Id, listed.Device.Name, listed.Device.UserAgent, listed.Device.Address?.ToString(),
        listed.Device.CreatedAt, listed.Session.Rotation.IssuedAt, listed.Session.IdleExpiresAt,
        listed.Session.SuspectedSharing.Count);
}

/// <summary>A passkey of an account.</summary>
sealed record ShownPasskey(
    Guid Id, string? Name, bool Synced, bool BackedUp, bool SecondFactor, IReadOnlyList<string> Transports, Guid Aaguid,
    DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    public static ShownPasskey Of(Passkey passkey) => new(
        passkey.Id, passkey.Name, passkey.IsSynced, passkey.IsBackedUp, passkey.IsSecondFactor, passkey.Transports, passkey.Aaguid,
        passkey.CreatedAt, passkey.LastUsedAt);
}

/// <summary>A key of the ring, without its secret.</summary>
sealed record ShownKey(
    string Id, string Purpose, string Algorithm, string State, DateTimeOffset ActiveFrom, DateTimeOffset ActiveUntil,
    DateTimeOffset ExpiresAt)
{
    public static ShownKey Of(StoredKey key, KeyState state) => new(
        key.Id, key.Purpose.ToString().ToLowerInvariant(), key.Algorithm, state.ToString().ToLowerInvariant(),
        key.ActiveFrom, key.ActiveUntil, key.ExpiresAt);
}

/// <summary>An API that can follow the revocation feed.</summary>
sealed record ShownApi(string Name, DateTimeOffset CreatedAt)
{
    /// <summary>Only in the result of the command that created it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Credential { get; init; }

    public static ShownApi Of(ResourceServer server) => new(server.Name, server.CreatedAt);
}

/// <summary>An event of the audit trail.</summary>
sealed record ShownEvent(
    Guid Id, DateTimeOffset At, string Kind, string? Outcome, string Actor, string? ActorId, Guid? AccountId, Guid? SessionId,
    string? Address, string? UserAgent, string? Detail, int Count, DateTimeOffset? Since)
{
    public static ShownEvent Of(Event done) => new(
        done.Id, done.At, done.Kind.Name(), done.Outcome, done.By.Actor.Kind.ToString().ToLowerInvariant(), done.By.Actor.Id,
        done.AccountId, done.SessionId, AddressOf(done), done.By.UserAgent, done.Detail, done.Count, done.Since);

    static string? AddressOf(Event done) => done.By.Address is not { } address ? null
        : done.Kind.IsRefusal() ? $"{address}/{address.AuditPrefix()}"
        : address.ToString();
}

/// <summary>A user of a file that was not added.</summary>
/// <param name="Line">The line of the file. In a JSON document, which user of the list.</param>
/// <param name="Code">For programs.</param>
/// <param name="Reason">A sentence.</param>
sealed record ShownRefusal(long Line, string Code, string Reason);

/// <summary>The end of the report of an import. A dry run has added nothing.</summary>
sealed record ImportSums(long Added, long WithoutPassword, long AlreadyThere, long Refused, bool DryRun);

/// <summary>Says what was done, if there is no other result.</summary>
sealed record Done(string Text);

/// <summary>Why a command has failed.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Error">The same as for people.</param>
/// <param name="ExitCode">The exit code of the process.</param>
sealed record ShownFailure(string Code, string Error, int ExitCode);

/// <summary>The tables that were moved and are identical in both databases.</summary>
sealed record MoveReport(string From, string To, IReadOnlyList<MovedTable> Tables);

/// <summary>A list of breached passwords that was made.</summary>
sealed record ImportedList(string File, long Lines, long Passwords, int Parts, long Bytes);

/// <summary>What the policy says of a password. Whether it was breached is null without a list.</summary>
sealed record CheckedPassword(bool Accepted, string? Rule, string? Detail, bool? Breached);

sealed record ShownSetting(string Key, string? Value, string? Origin);

sealed record ShownFinding(string Level, string Key, string Text);

sealed record ConfigReport(
    bool Valid, string? Environment, IReadOnlyList<string> Errors, IReadOnlyList<ShownFinding> Findings,
    IReadOnlyList<ShownSetting> Settings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ShownAccount))]
[JsonSerializable(typeof(IReadOnlyList<ShownAccount>))]
[JsonSerializable(typeof(ShownInvitation))]
[JsonSerializable(typeof(IReadOnlyList<ShownInvitation>))]
[JsonSerializable(typeof(IReadOnlyList<ShownExternalLogin>))]
[JsonSerializable(typeof(IReadOnlyList<ShownSession>))]
[JsonSerializable(typeof(ShownFactors))]
[JsonSerializable(typeof(IReadOnlyList<ShownPasskey>))]
[JsonSerializable(typeof(ShownKey))]
[JsonSerializable(typeof(IReadOnlyList<ShownKey>))]
[JsonSerializable(typeof(ShownApi))]
[JsonSerializable(typeof(IReadOnlyList<ShownApi>))]
[JsonSerializable(typeof(IReadOnlyList<ShownEvent>))]
[JsonSerializable(typeof(IReadOnlyList<ShownMail>))]
[JsonSerializable(typeof(Done))]
[JsonSerializable(typeof(ShownFailure))]
[JsonSerializable(typeof(ShownRefusal))]
[JsonSerializable(typeof(ImportSums))]
[JsonSerializable(typeof(MoveReport))]
[JsonSerializable(typeof(ImportedList))]
[JsonSerializable(typeof(CheckedPassword))]
[JsonSerializable(typeof(ConfigReport))]
[JsonSerializable(typeof(UpgradeReport))]
sealed partial class CommandJson : JsonSerializerContext
{
    /// <summary>One object per line.</summary>
    public static CommandJson Lines => field ??= new(new JsonSerializerOptions(Readable.Options) { WriteIndented = false });

    /// <summary>JSON for a terminal, not for a page: only the characters that JSON requires are escaped, and those that <see cref="Printable"/> escapes.</summary>
    public static CommandJson Readable => field ??=
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
