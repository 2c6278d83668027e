using Handstamp.Server.Http;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Identity.Users;

/// <summary>The users of ASP.NET Core Identity, read as Identity reads them.</summary>
sealed class IdentityUsers<TUser>(
    IOptions<HandstampIdentityOptions> options, IOptions<IdentityOptions> identity, TimeProvider clock, ILogger<IdentityUsers<TUser>> log)
    : ISessionUsers where TUser : class
{
    readonly Lockouts _lockouts = new(identity.Value.Lockout);

    public bool StampEnds { get; } = options.Value.WhenCredentialsChange != CredentialChange.KeepSessions;

    public async Task<SessionUser?> FindAsync(Unit unit, string userId, CancellationToken cancel)
    {
        var users = unit.Services.GetRequiredService<UserManager<TUser>>();
        if (await users.FindByIdAsync(userId) is not { } user) return null;
        var (isOn, until) = await LockoutOfAsync(users, user);
        var principal = await unit.Services.GetRequiredService<IUserClaimsPrincipalFactory<TUser>>().CreateAsync(user);
        var claims = UserClaims.Of(principal, identity.Value.ClaimsIdentity, out var isShortened);
        if (isShortened) IdentityLog.ClaimsShortened(log, userId);
        return new SessionUser(userId, await StampOfAsync(users, user), _lockouts.Disables(isOn, until, clock.Now()), claims)
        {
            LockoutEnabled = isOn,
            LockoutEnd = until,
        };
    }

    public IQueryable<object>? AsRead(DbContext sessions, SessionUser user) =>
        UserRows<TUser>.In(sessions)?.AsRead(sessions, user, StampEnds);

    public async Task<bool> TryHoldAsync(Unit unit, string userId, string stamp)
    {
        if (UserRows<TUser>.In(unit.Context) is { } rows && await rows.HoldAsync(unit.Context, userId, stamp) != 1) return false;
        var users = unit.Services.GetRequiredService<UserManager<TUser>>();
        if (await users.FindByIdAsync(userId) is not { } user) return false;
        var (isOn, until) = await LockoutOfAsync(users, user);
        return await StampOfAsync(users, user) == stamp && !_lockouts.Disables(isOn, until, clock.Now());
    }

    static async Task<(bool IsOn, DateTimeOffset? Until)> LockoutOfAsync(UserManager<TUser> users, TUser user) =>
        users.SupportsUserLockout ? (await users.GetLockoutEnabledAsync(user), await users.GetLockoutEndDateAsync(user)) : default;

    static async Task<string> StampOfAsync(UserManager<TUser> users, TUser user) =>
        users.SupportsUserSecurityStamp ? await users.GetSecurityStampAsync(user) : "";
}

/// <summary>
/// Which lockouts disable a user. One after wrong passwords does not: a stranger could end the sessions of anyone whose address is
/// known. One that lasts longer is a decision of the app.
/// </summary>
sealed class Lockouts(LockoutOptions options)
{
    // The clocks of nodes differ.
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public bool Disables(bool isOn, DateTimeOffset? until, DateTimeOffset now) =>
        isOn && until is { } end && end > now && end - now > options.DefaultLockoutTimeSpan + Skew;
}
