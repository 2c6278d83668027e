using System.Net;
using Handstamp.Bearer.ExposedTokens;
using Handstamp.Bearer.Issuer;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Bearer.Tests.ExposedTokens;

public sealed class ExposedTokenReporterTests
{
    const int Places = 1000;

    [Fact]
    public void A_token_that_finds_the_queue_full_may_be_reported_after_a_pause_and_no_other()
    {
        var time = new FakeTimeProvider();
        var sightings = new Sightings(time);
        using var issuer = new IssuerClient(Options.Create(new HandstampBearerOptions { Authority = "https://login.example.com" }), time);
        using var reporter = new ExposedTokenReporter(issuer, sightings, NullLogger<ExposedTokenReporter>.Instance);
        for (var number = 0; number <= Places; number++)
        {
            Assert.True(IsNews(number));
            reporter.Report(new(TokenOf(number), Guid.Empty, "query"));
        }

        Assert.False(IsNews(Places));
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.True(IsNews(Places));
        Assert.All(Enumerable.Range(0, Places), number => Assert.False(IsNews(number)));

        bool IsNews(int number) => sightings.IsNews(TokenOf(number), new IPAddress(number));
        static string TokenOf(int number) => $"hsr_{number}";
    }

    [Fact]
    public void The_text_of_a_sighting_does_not_hold_the_token() =>
        Assert.Equal("what looks like a refresh token", new Sighting("hsr_secret", Guid.Empty, "query").ToString());
}
