using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Clients;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Tests.Pages;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>
/// Tokens whose key this node has not read yet, because another node has just made it, or because it does not exist.
/// </summary>
public sealed class UnknownKeysTests : IAsyncLifetime
{
    const byte Unknown = 9;

    HandstampApp _app = null!;
    WatchedKeys _keys = null!;

    public async ValueTask InitializeAsync()
    {
        (_app, _keys) = await OtherNode.WatchAsync();
        await _app.RegisterAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_refresh_token_of_a_key_that_another_node_has_just_made_is_accepted()
    {
        var login = await _app.LoginAsync();
        var token = await (await OtherNode.MakeKeysAsync(_app)).RotateAsync(login.SessionId);

        Assert.Equal(token, (await _app.RefreshedAsync(token)).RefreshToken);
    }

    [Fact]
    public async Task Such_a_token_in_a_cookie_is_accepted_even_beside_an_older_one_of_the_session()
    {
        var login = await _app.LoginAsync(transport: "cookie");
        var old = RefreshToken.Create(_app.Get<KeyRingService>().Ring.MacKey(_app.Clock.GetUtcNow()), login.SessionId, 1).Encode();
        var token = await (await OtherNode.MakeKeysAsync(_app)).RotateAsync(login.SessionId, SessionTransport.Cookie);

        foreach (var others in new[] { "", $"; __Secure-handstamp={old}; __Host-handstamp-session={login.SessionId}" })
        {
            using var answer = await _app.SendAsync(
                HttpMethod.Post, "/refresh", change: request => request.Headers.Add("Cookie", $"__Secure-handstamp={token}{others}"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Such_a_token_can_log_out()
    {
        var login = await _app.LoginAsync();
        var token = await (await OtherNode.MakeKeysAsync(_app)).RotateAsync(login.SessionId);

        using var answer = await _app.SendAsync(HttpMethod.Delete, "/refresh", new { refresh_token = token });

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.NotNull((await _app.Get<ISessionStore>().FindAsync(login.SessionId, default))!.End);
    }

    [Fact]
    public async Task An_access_token_of_such_a_key_opens_the_services_own_routes()
    {
        var login = await _app.LoginAsync();
        var token = await (await OtherNode.MakeKeysAsync(_app)).IssueAsync(login.SessionId);

        using var answer = await _app.SendAsync(HttpMethod.Get, "/me", accessToken: token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task An_access_token_of_such_a_key_is_active_to_an_API_that_asks()
    {
        var login = await _app.LoginAsync();
        var credential = ResourceServerCredential.Create("orders-api");
        await _app.Get<IResourceServerStore>().TryAddAsync(new(credential.Name, credential.SecretHash, _app.Clock.GetUtcNow()));
        var token = await (await OtherNode.MakeKeysAsync(_app)).IssueAsync(login.SessionId);

        using var answer = await _app.SendAsync(HttpMethod.Post, "/oauth/introspect", accessToken: credential.Reveal(),
            change: request => request.Content = new FormUrlEncodedContent([new("token", token)]));

        using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.True(told.RootElement.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task A_form_that_another_node_has_made_with_such_a_key_is_accepted()
    {
        using var browser = new PageBrowser(_app);
        await browser.LoginAsync();
        var account = (await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
        var session = Assert.Single(await _app.Get<ISessionStore>().ListAsync(account.Id, _app.Clock.GetUtcNow(), 10, default)).Session;
        var page = await browser.GetAsync("/account/logout");
        var key = (await OtherNode.MakeKeysAsync(_app)).Mac;
        var mac = HMACSHA256.HashData(key.DeriveKey("handstamp form"u8), Encoding.ASCII.GetBytes($"session {session.Id:N}"));
        var fields = PageBrowser.Filled(page, "/account/logout");
        fields["form"] = $"{key.Id:x2}{Base64Url.EncodeToString(mac)}";

        var sent = await browser.PostAsync("/account/logout", fields);

        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
    }

    [Fact]
    public async Task A_token_with_a_made_up_key_is_refused_for_good_after_one_reading()
    {
        var before = _keys.Asked;

        var refused = await RefuseAsync(Forged(Unknown));

        Assert.Equal(("refresh_token_invalid", true), (refused.Code, refused.Definitive));
        Assert.Equal(before + 1, _keys.Asked);
    }

    [Fact]
    public async Task Many_made_up_tokens_in_the_cookies_of_one_request_cause_one_reading_of_the_ring()
    {
        var asked = _keys.Asked;
        var cookies = Enumerable.Range(0, 40).Select(_ => $"__Secure-handstamp={Forged(Unknown)}");

        using var answer = await _app.SendAsync(
            HttpMethod.Post, "/refresh", change: request => request.Headers.Add("Cookie", string.Join("; ", cookies)));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal(asked + 1, _keys.Asked);
    }

    [Fact]
    public async Task Tokens_of_known_keys_cause_no_reading_of_the_ring()
    {
        var login = await _app.LoginAsync();
        var mac = _app.Get<KeyRingService>().Ring.MacKey(_app.Clock.GetUtcNow()).Id;
        Assert.True(await _app.Get<KeyRingService>().RevokeAsync($"mac-{mac}", default));
        var before = _keys.Asked;

        // Forged, and with a key that is known to be revoked.
        Assert.True((await RefuseAsync(Forged(unchecked((byte)(mac + 1))))).Definitive);
        Assert.True((await RefuseAsync(login.RefreshToken!)).Definitive);
        // No key has such an id.
        using var key = SigningKey.Create(JwsAlgorithm.Es256);
        foreach (var id in new[] { "xx", new string('!', 43) })
        {
            var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","typ":"at+jwt","kid":"{{id}}"}"""));
            using var answer = await _app.SendAsync(HttpMethod.Get, "/me", accessToken: $"{header}.e30.{new string('A', 86)}");
            Assert.Equal("access_token_outdated", (await ProblemAnswer.ReadAsync(answer)).Code);
        }
        Assert.True(await _app.Get<UnknownKeys>().TryLearnAsync(_app.Get<KeyRingService>().Ring.Stored.Keys[0].Id));

        Assert.Equal(before, _keys.Asked);
    }

    [Fact]
    public async Task A_flood_of_made_up_keys_causes_one_reading_of_the_ring_per_interval()
    {
        var before = _keys.Asked;
        var (unknown, held) = (_app.Get<UnknownKeys>(), new TaskCompletionSource());
        _keys.BeforeAnswers = () => held.Task;

        var first = unknown.TryLearnAsync(Unknown);
        await Eventually.TrueAsync(() => _keys.Asked > before, "the ring is read");
        var others = Enumerable.Range(0, 100).Select(_ => unknown.TryLearnAsync(Unknown).AsTask()).ToList();
        held.SetResult();

        Assert.True(await first);
        Assert.DoesNotContain(others, one => one.IsCompleted);
        _app.Clock.Advance(UnknownKeys.Interval);
        Assert.All(await Task.WhenAll(others), Assert.True);
        Assert.Equal(before + 2, _keys.Asked);
    }

    [Fact]
    public async Task While_the_ring_cannot_be_read_callers_are_told_to_retry_and_tokens_of_known_keys_do_not_wait()
    {
        var login = await _app.LoginAsync();
        var held = new TaskCompletionSource();
        _keys.BeforeAnswers = () => held.Task;

        var waiting = RefuseAsync(Forged(Unknown));
        await _app.RefreshedAsync(login.RefreshToken!).WaitAsync(Eventually.Timeout);
        Assert.Equal("refresh_token_invalid", (await RefuseAsync(Forged(1))).Code);
        Assert.False(waiting.IsCompleted);
        held.SetException(new StorageUnavailableException("away"));

        var refused = await waiting;
        Assert.Equal(("storage_unavailable", false), (refused.Code, refused.Definitive));
        Assert.NotNull(refused.RetryAfter);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_a_second_and_only_a_limited_number_wait()
    {
        var held = new TaskCompletionSource();
        _keys.BeforeAnswers = () => held.Task;
        var unknown = _app.Get<UnknownKeys>();

        var waiting = Enumerable.Range(0, UnknownKeys.MaxWaiting).Select(_ => unknown.TryLearnAsync(Unknown).AsTask()).ToList();
        var oneMore = unknown.TryLearnAsync(Unknown);
        Assert.True(oneMore.IsCompleted);
        Assert.False(await oneMore);
        Assert.DoesNotContain(waiting, one => one.IsCompleted);

        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.All(await Task.WhenAll(waiting).WaitAsync(Eventually.Timeout), Assert.False);
        held.SetResult();

        // Their places are free again.
        var later = unknown.TryLearnAsync(Unknown).AsTask();
        await Eventually.TrueAsync(() => later.IsCompleted, "the ring is read", () => _app.Clock.Advance(UnknownKeys.Interval));
        Assert.True(await later);
    }

    static string Forged(byte key) => RefreshToken.Create(MacKey.Create(key), Guid.NewGuid(), 1).Encode();

    async Task<ProblemAnswer> RefuseAsync(string token)
    {
        using var answer = await _app.RefreshAsync(token);
        return await ProblemAnswer.ReadAsync(answer);
    }
}
