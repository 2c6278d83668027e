using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;

namespace Handstamp.Server.Tests.Pages;

/// <summary>A browser without script. It keeps cookies, and sends the forms of the pages that it received.</summary>
sealed class PageBrowser(HandstampApp app) : IDisposable
{
    public const string SessionCookie = "__Secure-handstamp-account";
    public const string OwnSessionCookie = "__Host-handstamp-account-session";
    public const string DeviceCookie = "__Host-handstamp-device";

    readonly HttpClient _client =
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = app.Client.BaseAddress };

    public Dictionary<string, string> Cookies { get; } = [];

    public string? SessionToken => Cookies.GetValueOrDefault(SessionCookie);

    /// <summary>The headers of each request, in addition to the cookies.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    public Task<Page> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Like <see cref="GetAsync"/>, but follows redirects.</summary>
    public async Task<Page> OpenAsync(string path)
    {
        var page = await GetAsync(path);
        for (var hops = 0; page.Location is { } next && hops < 5; hops++) page = await GetAsync(next);
        return page;
    }

    public Task<Page> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> fields) =>
        PostAsync(path, new FormUrlEncodedContent(fields));

    public Task<Page> PostAsync(string path, HttpContent content, bool chunked = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (chunked) request.Headers.TransferEncodingChunked = true;
        return SendAsync(request);
    }

    /// <summary>Fills in the form that the page has for this address, and sends it.</summary>
    public Task<Page> SubmitAsync(Page page, string action, params (string Name, string Value)[] entries) =>
        PostAsync(action, Filled(page, action, entries));

    public static Dictionary<string, string> Filled(Page page, string action, params (string Name, string Value)[] entries)
    {
        var fields = page.HiddenFields(action);
        foreach (var (name, value) in entries) fields[name] = value;
        return fields;
    }

    public async Task<Page> LoginAsync(string email = HandstampApp.Email, string password = HandstampApp.Password) =>
        await SubmitAsync(await GetAsync("/account/login"), "/account/login", ("email", email), ("password", password), ("remember", "on"));

    public void Dispose() => _client.Dispose();

    async Task<Page> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            if (Cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            foreach (var (name, value) in Headers) request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await _client.SendAsync(request);
            var cookies = answer.Headers.TryGetValues("Set-Cookie", out var values) ? values.Select(value => SetCookieHeaderValue.Parse(value)).ToList() : [];
            foreach (var cookie in cookies)
                if (cookie.MaxAge == TimeSpan.Zero) Cookies.Remove(cookie.Name.ToString());
                else Cookies[cookie.Name.ToString()] = cookie.Value.ToString();
            var headers = answer.Headers.Concat(answer.Content.Headers).ToDictionary(
                header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
            return new Page(answer.StatusCode, headers, cookies, await answer.Content.ReadAsStringAsync());
        }
    }
}

/// <summary>The pages that the browser received.</summary>
sealed partial record Page(
    HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<SetCookieHeaderValue> SetCookies, string Html)
{
    public string? Location => Headers.GetValueOrDefault("Location");

    public string Title => WebUtility.HtmlDecode(TitleElement().Match(Html).Groups[1].Value);

    /// <summary>The error message on the page.</summary>
    public string? Fault => FaultElement().Match(Html) is { Success: true } match
        ? WebUtility.HtmlDecode(Tag().Replace(match.Groups[1].Value, ""))
        : null;

    /// <summary>The field below which the error message is; null if it is above all.</summary>
    public string? FaultyField => FaultOfField().Match(Html) is { Success: true } match ? match.Groups[1].Value : null;

    public bool Has(string text) => WebUtility.HtmlDecode(Html).Contains(text, StringComparison.Ordinal);

    public Dictionary<string, string> HiddenFields(string action)
    {
        var form = FormElement().Matches(Html).First(form => form.Groups[1].Value == action).Groups[2].Value;
        return HiddenField().Matches(form).ToDictionary(
            field => field.Groups[1].Value, field => WebUtility.HtmlDecode(field.Groups[2].Value));
    }

    /// <summary>The hidden fields of a form that a script fills in; those that it fills have no value.</summary>
    public Dictionary<string, string> ScriptedFields(string action)
    {
        var form = ScriptedForm().Matches(Html).Single(form => form.Groups[1].Value == action).Groups[2].Value;
        return ScriptedField().Matches(form).ToDictionary(
            field => field.Groups[1].Value, field => WebUtility.HtmlDecode(field.Groups[2].Value));
    }

    [GeneratedRegex("<title>(.*?)</title>")]
    private static partial Regex TitleElement();

    [GeneratedRegex("<p class=\"(?:fault|wrong)\"[^>]*>(.*?)</p>", RegexOptions.Singleline)]
    private static partial Regex FaultElement();

    [GeneratedRegex("<p class=\"wrong\" id=\"([a-z-]+)-fault\"")]
    private static partial Regex FaultOfField();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]*)\">(.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex FormElement();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">")]
    private static partial Regex HiddenField();

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]*)\" data-passkey=[^>]*>(.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex ScriptedForm();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\"(?: value=\"([^\"]*)\")?>")]
    private static partial Regex ScriptedField();
}
