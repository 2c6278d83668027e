using System.Net;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Audit;
using Handstamp.Server.Tests.SignIn;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>What people say about themselves, and what apps keep for them.</summary>
public sealed class ProfileTests
{
    [Fact]
    public async Task A_person_sets_and_removes_the_members_and_the_others_stay()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();

        var set = await ChangedAsync(app, tokens, """{"name":"Ada Łovelace","picture":"https://example.com/a.png","locale":"de-AT","data":{"theme":"dark"}}""");
        var changed = await ChangedAsync(app, tokens, """{"name":null,"data":{"n":[1,2.5,true,null,"ü"]}}""");

        Assert.Equal("Ada Łovelace", set.GetProperty("name").GetString());
        Assert.False(changed.TryGetProperty("name", out _));
        Assert.Equal("https://example.com/a.png", changed.GetProperty("picture").GetString());
        Assert.Equal("""{"n":[1,2.5,true,null,"ü"]}""", JsonSerializer.Serialize(changed.GetProperty("data"), Readable));
        Assert.Equal(changed.GetRawText(), (await MeAsync(app, tokens)).GetRawText());
        Assert.False((await ChangedAsync(app, tokens, """{"data":null}""")).TryGetProperty("data", out _));
    }

    [Theory]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":" Ada"}""")]
    [InlineData("""{"name":"A\u0000da"}""")]
    [InlineData("""{"name":"\ud800"}""")]
    [InlineData("""{"name":7}""")]
    [InlineData("""{"picture":"http://example.com/a.png"}""")]
    [InlineData("""{"picture":"javascript:alert(1)"}""")]
    [InlineData("""{"picture":"https://example.com@evil.example/a.png"}""")]
    [InlineData("""{"picture":"https://example.com/a b.png"}""")]
    [InlineData("""{"picture":"a.png"}""")]
    [InlineData("""{"locale":"deutsch, bitte"}""")]
    [InlineData("""{"locale":""}""")]
    [InlineData("""{"locale":"d"}""")]
    [InlineData("""{"locale":"de--AT"}""")]
    [InlineData("""{"locale":"de_AT"}""")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":"text"}""")]
    [InlineData("""{"data":{"a":1,"a":2}}""")]
    [InlineData("""{"data":{"a":"\ud800"}}""")]
    [InlineData("""{"email":"eve@example.com"}""")]
    [InlineData("""{"roles":["admin"]}""")]
    [InlineData("""{"claims":{"role":"admin"}}""")]
    [InlineData("""{"name":"Ada","name":"Eve"}""")]
    public async Task What_is_not_a_valid_profile_is_refused_and_changes_nothing(string body)
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        var before = (await MeAsync(app, tokens)).GetRawText();

        using var answer = await PatchAsync(app, tokens, body);

        await AccountService.RefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(before, (await MeAsync(app, tokens)).GetRawText());
    }

    [Theory]
    [InlineData(null, 4096)]
    [InlineData("100", 100)]
    public async Task The_data_has_a_limit_in_bytes(string? setting, int limit)
    {
        await using var app = await HandstampApp.StartAsync(setting is null ? null : new() { ["Accounts:ProfileDataLimit"] = setting });
        var tokens = await app.RegisterAndLoginAsync();
        var filler = new string('x', limit - """{"a":""}""".Length);

        await ChangedAsync(app, tokens, Data($"  \"{filler}\""));
        using var tooLong = await PatchAsync(app, tokens, Data($"\"{filler}x\""));
        using var tooManyBytes = await PatchAsync(app, tokens, Data($"\"{filler[1..]}ü\""));

        Assert.Contains($"{limit} bytes", (await AccountService.RefusedAsync(tooLong, HttpStatusCode.BadRequest, "invalid_request")).Detail, StringComparison.Ordinal);
        await AccountService.RefusedAsync(tooManyBytes, HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task Nothing_of_a_profile_gets_into_a_token_an_event_or_the_log()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        await ChangedAsync(app, tokens, """{"name":"Qwertzu","picture":"https://example.com/qwertzu","locale":"qtz","data":{"roles":"qwertzu"}}""");

        var fresh = await app.RefreshedAsync(tokens.RefreshToken!);

        var claims = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(fresh.AccessToken.Split('.')[1]));
        Assert.DoesNotContain("qwertzu", claims, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("qtz", claims, StringComparison.Ordinal);
        var changed = Assert.Single(await app.Get<EventReader>().ReadNewestAsync(new EventFilter { Kinds = [EventKind.AccountProfileChanged] }, 10, default));
        Assert.Equal("name, picture, locale, data", changed.Detail);
        Assert.DoesNotContain("qwertzu", string.Join('\n', app.Logs.Lines), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Another_session_s_changes_do_not_hide_those_of_this_one()
    {
        await using var app = await HandstampApp.StartAsync();
        var (first, second) = (await app.RegisterAndLoginAsync(), await app.LoginAsync());
        foreach (var (tokens, name) in new[] { (first, "Ada"), (second, "Mallory"), (first, "Ada"), (second, "Mallory") })
            await ChangedAsync(app, tokens, $$"""{"name":"{{name}}"}""");

        var changed = await app.Get<EventReader>().ReadNewestAsync(new EventFilter { Kinds = [EventKind.AccountProfileChanged] }, 10, default);

        Assert.Equal(
            new[] { first.SessionId, second.SessionId }.Order(), changed.Select(one => one.SessionId!.Value).Order());
        Assert.All(changed, one => Assert.Equal(2, one.Count));
    }

    [Fact]
    public void Data_that_was_stored_under_a_higher_limit_does_not_stop_other_changes()
    {
        var stored = new Profile { Data = new string('x', 100) };

        Assert.Null((stored with { Name = "Ada" }).FaultSince(stored, dataLimit: 10));
        Assert.NotNull((stored with { Data = new string('y', 100) }).FaultSince(stored, dataLimit: 10));
    }

    [Fact]
    public async Task Changes_at_the_same_moment_lose_nothing_of_each_other()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();

        string[] bodies = ["""{"name":"Ada"}""", """{"picture":"https://example.com/a"}""", """{"locale":"de"}""", """{"data":{}}"""];
        await Task.WhenAll(bodies.Select(body => ChangedAsync(app, tokens, body)));

        var me = await MeAsync(app, tokens);
        Assert.Equal(("Ada", "https://example.com/a", "de", "{}"),
            (me.GetProperty("name").GetString(), me.GetProperty("picture").GetString(), me.GetProperty("locale").GetString(), me.GetProperty("data").GetRawText()));
    }

    static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static string Data(string value) => $"{{\"data\":{{\"a\":{value}}}}}";

    static async Task<HttpResponseMessage> PatchAsync(HandstampApp app, TokenSet tokens, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/me") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", tokens.AccessToken);
        return await app.Client.SendAsync(request);
    }

    static async Task<JsonElement> ChangedAsync(HandstampApp app, TokenSet tokens, string body)
    {
        using var answer = await PatchAsync(app, tokens, body);
        return await Person.ReadAsync(answer);
    }

    static async Task<JsonElement> MeAsync(HandstampApp app, TokenSet tokens)
    {
        using var answer = await app.SendAsync(HttpMethod.Get, "/me", accessToken: tokens.AccessToken);
        return await Person.ReadAsync(answer);
    }
}
