using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class RecentLoginTests
{
    [Fact]
    public void A_login_is_recent_for_exactly_the_set_time()
    {
        var (recent, login) = (new RecentLogin(Options.Create(new SessionOptions { RecentLogin = TimeSpan.FromMinutes(5) })), DateTimeOffset.UnixEpoch);

        Assert.Null(recent.Refuse(login, login + TimeSpan.FromMinutes(5)));
        Assert.Equal(
            Problems.InsufficientUserAuthentication,
            recent.Refuse(login, login + TimeSpan.FromMinutes(5) + TimeSpan.FromTicks(1))!.Problem);
    }
}
