using Handstamp.Bearer.Issuer;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Bearer.Tests.Issuer;

/// <summary>When the keys are fetched again, and what the log says about it.</summary>
public sealed class KeyRefresherTests : IAsyncLifetime
{
    const int Loaded = 6000;
    const int NotLoaded = 6001;

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task Keys_are_fetched_again_when_they_are_too_old_and_their_first_arrival_is_logged()
    {
        _issuer.KeyCaching = "max-age=300";
        var time = new RecordingTime(_issuer.Clock);
        await using var api = await TestApi.StartAsync(_issuer.Address, time);

        await Eventually.TrueAsync(
            () => time.Waits.Count(wait => wait == TimeSpan.FromMinutes(5)) > 3, "it waits again", () => _issuer.Clock.Advance(TimeSpan.FromMinutes(5)));

        Assert.Equal($"Information 1 keys of {_issuer.Address} are loaded. ", Assert.Single(api.Logs.Of(Loaded)));
    }

    [Fact]
    public async Task A_fetch_that_fails_is_logged_and_repeated_after_a_pause_that_is_short_again_after_a_success()
    {
        var time = new RecordingTime(_issuer.Clock);
        _issuer.IsAway = true;
        await using var api = await TestApi.StartAsync(_issuer.Address, time);
        await FailsAsync(api, 8);
        Assert.Contains(time.Waits, wait => wait >= Longest / 2 && wait <= Longest);
        _issuer.IsAway = false;
        await Eventually.TrueAsync(() => api.Get<IssuerKeys>().Current is not null, "the keys come", () => _issuer.Clock.Advance(Longest));
        _issuer.IsAway = true;
        var before = time.Waits.Count;

        await FailsAsync(api, api.Logs.Of(NotLoaded).Count() + 1);
        await Eventually.TrueAsync(() => time.Waits.Skip(before).Any(IsFirstPause), "it waits a second or less");

        Assert.StartsWith(
            $"Warning The keys of {_issuer.Address} could not be fetched. The loaded keys stay in use. System.Net.Http.HttpRequestException",
            api.Logs.Of(NotLoaded).First(), StringComparison.Ordinal);

        // The feed's pauses are shorter than half a second, or longer than a second.
        static bool IsFirstPause(TimeSpan wait) => wait >= TimeSpan.FromSeconds(0.5) && wait <= TimeSpan.FromSeconds(1);
    }

    Task FailsAsync(TestApi api, int times) => Eventually.TrueAsync(
        () => api.Logs.Of(NotLoaded).Count() >= times, "it fails", () => _issuer.Clock.Advance(TimeSpan.FromHours(1)));
}
