using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>The source of a request: its network and its user agent.</summary>
public sealed class UseTests
{
    static readonly IPAddress Address = IPAddress.Parse("2001:db8:1:2:3:4:5:6");

    static int SourceOf(string? userAgent, IPAddress? address) => Use.SourceOf(new Origin(default, address, userAgent));

    [Fact]
    public void The_longest_user_agent_in_any_script_has_a_source()
    {
        var longest = new string('漢', Origin.MaxUserAgent);

        Assert.Equal(SourceOf(longest, Address), SourceOf(longest + "x", Address));
        Assert.NotEqual(SourceOf(longest, Address), SourceOf(longest[1..], Address));
    }

    [Fact]
    public void Another_network_or_user_agent_is_another_source()
    {
        Assert.Equal(SourceOf("curl/8", Address), SourceOf("curl/8", IPAddress.Parse("2001:db8:1:2::1")));
        Assert.NotEqual(SourceOf("curl/8", Address), SourceOf("curl/8", IPAddress.Parse("2001:db8:9:2::1")));
        Assert.NotEqual(SourceOf("curl/8", Address), SourceOf("curl/9", Address));
        Assert.NotEqual(SourceOf(null, Address), SourceOf(null, null));
    }
}
