using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Feed;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Feed;

/// <summary>Who may follow the feed, and how many.</summary>
public sealed class FollowersTests
{
    [Fact]
    public async Task Without_a_credential_nobody_follows_in_production()
    {
        await using var app = await HandstampApp.StartAsync();
        foreach (var credential in new[] { null, "hsa_", "hsa_orders-api_" + new string('A', 43), await Follower.CredentialAsync(app) + "x" })
        {
            using var answer = await app.SendAsync(HttpMethod.Get, "/revocations", accessToken: credential);
            Assert.Equal((HttpStatusCode.Unauthorized, "resource_server_unauthorized"), (answer.StatusCode, (await ProblemAnswer.ReadAsync(answer)).Code));
        }
    }

    [Fact]
    public async Task On_this_machine_in_development_no_credential_is_needed()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Issuer"] = "http://localhost:5110" }, environment: "Development");
        await using var follower = await Follower.OpenAsync(app, credential: null);
        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);
    }

    [Fact]
    public async Task A_removed_credential_ends_the_stream()
    {
        await using var app = await HandstampApp.StartAsync();
        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app));
        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);

        await app.Get<IResourceServerStore>().RemoveAsync("orders-api");
        app.Jump(TimeSpan.FromSeconds(3));
        app.Get<RevocationFeed>().Wake();

        Assert.Null(await follower.NextAsync());
    }

    [Fact]
    public async Task A_follower_whose_stream_breaks_gives_its_place_back()
    {
        var log = new StandInLog { Read = _ => throw new StorageUnavailableException("away") };
        await using var app = await HandstampApp.StartAsync(services: services => services.AddSingleton<IRevocationLog>(log));
        var credential = await Follower.CredentialAsync(app);
        for (var i = 0; i <= FollowerPlaces.MostOfOne; i++)
        {
            using var answer = await app.SendAsync(HttpMethod.Get, "/revocations", accessToken: credential);
            Assert.Equal("storage_unavailable", (await ProblemAnswer.ReadAsync(answer)).Code);
        }
    }

    [Fact]
    public async Task One_credential_cannot_use_the_places_of_the_others()
    {
        await using var app = await HandstampApp.StartAsync();
        var (greedy, other) = (await Follower.CredentialAsync(app), await Follower.CredentialAsync(app, "other-api"));
        var followers = new List<Follower>();
        for (var i = 0; i < FollowerPlaces.MostOfOne; i++) followers.Add(await Follower.OpenAsync(app, greedy));

        using var refused = await app.SendAsync(HttpMethod.Get, "/revocations", accessToken: greedy);
        var problem = await ProblemAnswer.ReadAsync(refused);
        Assert.Equal((503, "too_many_followers", false, TimeSpan.FromSeconds(3)),
            (problem.Status, problem.Code, problem.Definitive, problem.RetryAfter));
        await using (var admitted = await Follower.OpenAsync(app, other))
            Assert.Equal("heartbeat", (await admitted.NextAsync())!.Value.EventType);

        foreach (var follower in followers) await follower.DisposeAsync();
    }

    [Fact]
    public void The_total_number_of_places_is_limited_and_each_is_given_back()
    {
        var places = new FollowerPlaces();
        var apis = Enumerable.Range(0, FollowerPlaces.Most / FollowerPlaces.MostOfOne).Select(number => $"api-{number}").ToList();
        Assert.All(apis, api => Assert.All(Enumerable.Range(0, FollowerPlaces.MostOfOne), _ => Assert.True(places.TryTake(api))));
        Assert.False(places.TryTake("late"));

        places.GiveBack(apis[0]);

        Assert.True(places.TryTake("late"));
        Assert.False(places.TryTake(apis[0]));
    }

    [Fact]
    public async Task Followers_that_are_woken_together_share_one_reading_of_the_log()
    {
        List<long> asked = [];
        var answer = new TaskCompletionSource<IReadOnlyList<Revocation>>();
        var log = new StandInLog
        {
            Read = sequence =>
            {
                asked.Add(sequence);
                return answer.Task;
            },
        };
        await using var app = await HandstampApp.StartAsync(services: services => services.AddSingleton<IRevocationLog>(log));
        var feed = app.Get<RevocationFeed>();
        var growth = feed.Growth;
        async Task LookAsync(long after) => await feed.ReadAfterAsync(growth, after);
        var together = Enumerable.Range(0, 100).Select(_ => LookAsync(7)).ToList();
        var elsewhere = LookAsync(8);

        // The reading of the others may have missed the entry that woke this follower.
        feed.Wake();
        growth = feed.Growth;
        var later = LookAsync(7);

        Assert.Equal([7, 8, 7], asked);
        answer.SetResult([]);
        await Task.WhenAll([.. together, elsewhere, later]);
        await LookAsync(7);
        Assert.Equal(4, asked.Count);
    }

    [Fact]
    public async Task A_follower_that_is_far_behind_gets_page_after_page_without_a_pause()
    {
        // One entry at a time, and three in all.
        var log = new StandInLog
        {
            Read = sequence => Task.FromResult<IReadOnlyList<Revocation>>(
                sequence < 3 ? [new() { Sequence = sequence + 1, At = DateTimeOffset.UnixEpoch, Reason = EndReason.Logout, SessionId = Guid.Empty }] : []),
        };
        await using var app = await HandstampApp.StartAsync(services: services => services.AddSingleton<IRevocationLog>(log));
        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app));

        Assert.Equal(
            ["session-revoked", "session-revoked", "session-revoked", "heartbeat"],
            [(await follower.NextAsync())!.Value.EventType, (await follower.NextAsync())!.Value.EventType,
             (await follower.NextAsync())!.Value.EventType, (await follower.NextAsync())!.Value.EventType]);
    }
}
