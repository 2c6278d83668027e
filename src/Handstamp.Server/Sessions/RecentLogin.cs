using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>Whether a person has authenticated recently enough for what a borrowed device must not do.</summary>
sealed class RecentLogin(IOptions<SessionOptions> options)
{
    public Refusal? Refuse(DateTimeOffset authenticatedAt, DateTimeOffset now) => now - authenticatedAt <= options.Value.RecentLogin
        ? null
        : BearerChallenge.ForOldLogin(Problems.InsufficientUserAuthentication, options.Value.RecentLogin);
}
