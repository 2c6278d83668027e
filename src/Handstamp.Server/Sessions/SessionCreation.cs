using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;

namespace Handstamp.Server.Sessions;

/// <summary>What has to hold at the moment in which a session is added.</summary>
/// <param name="SecurityStamp">The account's, as it was when the person was verified; and the account is not disabled.</param>
/// <param name="Most">How many live sessions the account has then at the most.</param>
readonly record struct SessionTerms(string SecurityStamp, int Most)
{
    /// <summary>One that was used within it never ends for another one.</summary>
    public static readonly TimeSpan Idleness = TimeSpan.FromDays(1);
}

/// <summary>A new password, and who gave it.</summary>
/// <param name="AccountId">Whose it is; the account is not disabled.</param>
/// <param name="SecurityStamp">The account's, as it was when the old password was verified.</param>
/// <param name="Password">What takes the place of the old one.</param>
/// <param name="Caller">The session that asked, which still has to be alive.</param>
sealed record PasswordChange(Guid AccountId, string SecurityStamp, HashedPassword Password, Guid Caller);

/// <summary>What came of adding a session. Only the first has written anything.</summary>
abstract record SessionCreation
{
    SessionCreation() { }

    /// <summary>It is there, with the events that were written.</summary>
    public sealed record Begun(SessionReading Reading, IReadOnlyList<Event> Events) : SessionCreation;

    /// <summary>The account is not any more as it was verified: another password, disabled, or deleted.</summary>
    public sealed record AccountChanged : SessionCreation;

    /// <summary>The key that was to make its token has been revoked.</summary>
    public sealed record KeyRevoked : SessionCreation;

    /// <summary>The account has as many live sessions as it may have, and too few of them are idle.</summary>
    public sealed record NoRoom : SessionCreation;

    /// <summary>The session that asked has ended.</summary>
    public sealed record CallerEnded : SessionCreation;
}
