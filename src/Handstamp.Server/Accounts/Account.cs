using System.Security.Cryptography;
using Handstamp.Server.Audit;

namespace Handstamp.Server.Accounts;

/// <summary>A person who can log in. One row.</summary>
sealed class Account
{
    // Why the live sessions end with the next update, if they do.
    EndReason? _ends;

    public required Guid Id { get; init; }

    /// <summary>As the person wrote it.</summary>
    public required string Email { get; set; }

    /// <summary>As addresses are compared; unique.</summary>
    public required string NormalizedEmail { get; set; }

    public string? PasswordHash { get; set; }

    public AccountClaims Claims { get; set; } = AccountClaims.None;

    /// <summary>
    /// Changes with the password; the account's sessions end with it (ASP.NET Core Identity's security stamp).
    /// </summary>
    public required string SecurityStamp { get; set; }

    /// <summary>Changes with every write: an update of an older reading is refused.</summary>
    public required string ConcurrencyStamp { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; set; }

    public static string NewStamp() => RandomNumberGenerator.GetHexString(32);

    /// <summary>Gives the row a new concurrency stamp and returns the one that was read.</summary>
    public string Restamp()
    {
        var read = ConcurrencyStamp;
        ConcurrencyStamp = NewStamp();
        return read;
    }

    public void ChangeSecurityStamp(string stamp)
    {
        SecurityStamp = stamp;
        _ends ??= EndReason.PasswordChanged;
    }

    public void Disable(DateTimeOffset now)
    {
        if (DisabledAt is not null) return;
        DisabledAt = now;
        _ends = EndReason.AccountDisabled;
    }

    /// <summary>What the update that is due does to the live sessions; the next one starts anew.</summary>
    public SessionEnding? TakeSessionEnding(DateTimeOffset now)
    {
        var ending = _ends is { } reason ? Origin.System.Ends(reason, now) : null;
        _ends = null;
        return ending;
    }
}
