using System.Net;
using System.Net.Http.Headers;
using Handstamp.Server.Accounts;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

/// <summary>The checks of a form: each form of the pages, with one thing broken.</summary>
public sealed class FormGateTests : IAsyncLifetime
{
    const string NewPassword = "another unusual sentence";

    HandstampApp _app = null!;
    PageBrowser _browser = null!;
    string _device = null!;

    /// <summary>Each form: its page, its target (with the device in place of *), and the values that are filled in.</summary>
    public static readonly TheoryData<string, string, string> Forms = new()
    {
        { "/account/login", "/account/login", $"email={HandstampApp.Email}&password={HandstampApp.Password}" },
        { "/account/register", "/account/register", $"email=eve@example.com&password={NewPassword}&again={NewPassword}" },
        { "/account/password", "/account/password", $"current={HandstampApp.Password}&password={NewPassword}&again={NewPassword}" },
        { "/account/confirm", "/account/confirm", $"password={HandstampApp.Password}" },
        { "/account/devices/*", "/account/devices/*", "name=Laptop" },
        { "/account/devices/*", "/account/devices/*/end", "" },
        { "/account/logout", "/account/logout", "" },
        { "/account/logout", "/account/logout/all", "" },
    };

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync(new() { ["Cors:AllowedOrigins:0"] = "https://app.example.com" });
        _device = $"{(await _app.RegisterAndLoginAsync()).SessionId:D}";
        _browser = new PageBrowser(_app);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_of_our_own_page_is_accepted(string page, string action, string entries)
    {
        var form = await FillAsync(page, action, entries);

        var sent = await _browser.PostAsync(form.Action, form.Fields);

        Assert.Equal((HttpStatusCode.SeeOther, null), (sent.Status, sent.Fault));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_without_the_right_token_is_refused(string page, string action, string entries)
    {
        var form = await FillAsync(page, action, entries);
        var other = await TokenOfAnotherAsync(page);
        foreach (var token in new[] { "", "x", "zz", "01", "ff" + form.Fields["form"][2..], form.Fields["form"][..^1], form.Fields["form"] + "A", "\u00fc", other })
            await AssertRefusedAsync(await _browser.PostAsync(form.Action, With(form.Fields, "form", token)), HttpStatusCode.Forbidden, token);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_with_fields_that_it_does_not_have_is_refused(string page, string action, string entries)
    {
        var form = await FillAsync(page, action, entries);
        foreach (var field in form.Fields.Keys)
        {
            await AssertRefusedAsync(await _browser.PostAsync(form.Action, form.Fields.Where(pair => pair.Key != field)), HttpStatusCode.BadRequest, $"no {field}");
            await AssertRefusedAsync(await _browser.PostAsync(form.Action, form.Fields.Append(new(field, "x"))), HttpStatusCode.BadRequest, $"two {field}");
            await AssertRefusedAsync(
                await _browser.PostAsync(form.Action, form.Fields.Select(pair => new KeyValuePair<string, string>(pair.Key == field ? field.ToUpperInvariant() : pair.Key, pair.Value))),
                HttpStatusCode.BadRequest, field.ToUpperInvariant());
        }
        await AssertRefusedAsync(await _browser.PostAsync(form.Action, With(form.Fields, "extra", "1")), HttpStatusCode.BadRequest, "extra");
        await AssertRefusedAsync(
            await _browser.PostAsync(form.Action, form.Fields.Concat(Enumerable.Range(0, 1500).Select(number => new KeyValuePair<string, string>($"f{number}", "")))),
            HttpStatusCode.BadRequest, "1500 fields");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_body_that_is_not_a_form_or_is_too_large_is_refused(string page, string action, string entries)
    {
        var form = await FillAsync(page, action, entries);
        async Task<byte[]> BytesAsync() => await new FormUrlEncodedContent(form.Fields).ReadAsByteArrayAsync();

        foreach (var type in new[] { "application/json", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencodedx" })
            await AssertRefusedAsync(await _browser.PostAsync(form.Action, Content(await BytesAsync(), type)), HttpStatusCode.UnsupportedMediaType, type);
        await AssertRefusedAsync(await _browser.PostAsync(form.Action, Content(await BytesAsync(), null)), HttpStatusCode.UnsupportedMediaType, "no type");
        await AssertRefusedAsync(
            await _browser.PostAsync(form.Action, With(form.Fields, "extra", new string('x', 16 * 1024))), HttpStatusCode.RequestEntityTooLarge, "size");
        var large = await new FormUrlEncodedContent(With(form.Fields, "extra", new string('x', 16 * 1024))).ReadAsByteArrayAsync();
        await AssertRefusedAsync(
            await _browser.PostAsync(form.Action, Content(large, "application/x-www-form-urlencoded"), chunked: true),
            HttpStatusCode.RequestEntityTooLarge, "size without a length");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_without_a_length_is_accepted(string page, string action, string entries)
    {
        var form = await FillAsync(page, action, entries);
        var bytes = await new FormUrlEncodedContent(form.Fields).ReadAsByteArrayAsync();

        var sent = await _browser.PostAsync(form.Action, Content(bytes, "application/x-www-form-urlencoded"), chunked: true);

        Assert.Equal((HttpStatusCode.SeeOther, null), (sent.Status, sent.Fault));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_from_another_site_is_refused_whatever_it_contains(string page, string action, string entries)
    {
        var form = await FillAsync(page, action, entries);
        foreach (var (name, value) in new[]
        {
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example"), ("Origin", "null"),
            // The scripts of this origin may use the JSON routes; the pages are for the service alone.
            ("Origin", "https://app.example.com"),
        })
        {
            _browser.Headers[name] = value;
            var refused = await _browser.PostAsync(form.Action, form.Fields);
            _browser.Headers.Remove(name);
            await AssertRefusedAsync(refused, HttpStatusCode.Forbidden, value);
            Assert.StartsWith("The form was sent from another site", refused.Fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_script_of_an_allowed_origin_cannot_read_the_pages()
    {
        await _browser.LoginAsync();
        _browser.Headers["Origin"] = "https://app.example.com";

        var page = await _browser.GetAsync("/account");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain(page.Headers.Keys, name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("same-origin", page.Headers["Cross-Origin-Resource-Policy"]);
    }

    [Fact]
    public async Task Our_own_forms_come_with_our_own_origin()
    {
        _browser.Headers["Origin"] = HandstampApp.Issuer;
        Assert.Equal(HttpStatusCode.SeeOther, (await _browser.LoginAsync()).Status);
        // With another policy, browsers would send "null" instead.
        Assert.Equal("same-origin", (await _browser.GetAsync("/account")).Headers["Referrer-Policy"]);
    }

    [Fact]
    public async Task A_form_stays_valid_when_another_tab_opens_one()
    {
        var first = await _browser.GetAsync("/account/login");
        await _browser.GetAsync("/account/login");

        var sent = await _browser.SubmitAsync(
            first, "/account/login", ("email", HandstampApp.Email), ("password", HandstampApp.Password));

        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
    }

    [Fact]
    public async Task A_form_stays_valid_when_the_keys_rotate()
    {
        var first = await _browser.GetAsync("/account/login");
        var ring = _app.Get<KeyRingService>();
        var start = _app.Clock.GetUtcNow() + KeyRules.Spread;
        Assert.True(await ring.RotateAsync(KeyPurpose.Mac, start, default));
        _app.Jump(KeyRules.Spread);
        Assert.NotEqual(first.HiddenFields("/account/login")["form"][..2], $"{ring.Ring.MacKey(_app.Clock.GetUtcNow()).Id:x2}");

        var sent = await _browser.SubmitAsync(
            first, "/account/login", ("email", HandstampApp.Email), ("password", HandstampApp.Password));

        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
    }

    async Task<(string Action, Dictionary<string, string> Fields)> FillAsync(string page, string action, string entries)
    {
        var (path, goal) = (page.Replace("*", _device, StringComparison.Ordinal), action.Replace("*", _device, StringComparison.Ordinal));
        if (NeedsLogin(page)) await _browser.LoginAsync();
        var filled = entries.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('=')).Select(entry => (entry[0], entry[1]));
        return (goal, PageBrowser.Filled(await _browser.GetAsync(path), goal, [.. filled]));
    }

    // Another browser's form, logged in or not like the owner of the form.
    async Task<string> TokenOfAnotherAsync(string page)
    {
        using var other = new PageBrowser(_app);
        if (!NeedsLogin(page)) return (await other.GetAsync("/account/login")).HiddenFields("/account/login")["form"];
        await other.LoginAsync();
        return (await other.GetAsync("/account/logout")).HiddenFields("/account/logout")["form"];
    }

    /// <summary>The form is refused with a page, and has no effect.</summary>
    async Task AssertRefusedAsync(Page page, HttpStatusCode status, string what)
    {
        Assert.True(status == page.Status, $"{what}: {page.Status}");
        Assert.NotNull(page.Fault);
        Assert.StartsWith("text/html", page.Headers["Content-Type"], StringComparison.Ordinal);
        var accounts = _app.Get<AccountOperations>();
        Assert.Null(await accounts.FindAsync("eve@example.com", default));
        var ada = (await accounts.FindAsync(HandstampApp.Email, default))!;
        var sessions = await _app.Get<ISessionStore>().ListAsync(ada.Id, _app.Clock.GetUtcNow(), 10, default);
        Assert.Contains(sessions, entry => $"{entry.Session.Id:D}" == _device);
        Assert.DoesNotContain(sessions, entry => entry.Device.Name is not null);
    }

    static bool NeedsLogin(string page) => page is not ("/account/login" or "/account/register");

    static Dictionary<string, string> With(Dictionary<string, string> fields, string name, string value) => new(fields) { [name] = value };

    static ByteArrayContent Content(byte[] body, string? type) =>
        new(body) { Headers = { ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type) } };
}
