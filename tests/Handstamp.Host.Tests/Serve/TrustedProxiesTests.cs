using System.Net.Http.Json;
using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Serve;

public sealed class TrustedProxiesTests : IDisposable
{
    readonly Installation _here = new();

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.0/8", "2001:db8::9", "2001:db8::9")]
    [InlineData("127.0.0.1,10.0.0.0/8", "203.0.113.9, 10.1.2.3", "203.0.113.9")]
    [InlineData("::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.1,::ffff:10.0.0.0/104", "203.0.113.9, 10.1.2.3", "203.0.113.9")]
    public async Task The_callers_address_is_the_one_that_a_trusted_proxy_sends(string networks, string said, string address) =>
        Assert.Equal(address, await AddressOfLoginAsync(said, $"--Proxy:Networks={networks}"));

    [Fact]
    public async Task An_address_that_the_caller_itself_sends_is_ignored() =>
        Assert.Equal("203.0.113.9", await AddressOfLoginAsync("198.51.100.1, 203.0.113.9", "--Proxy:Networks=127.0.0.1"));

    [Theory]
    [InlineData("203.0.113.9")]
    [InlineData("203.0.113.9", "--Proxy:Networks=10.0.0.0/8")]
    [InlineData("nonsense", "--Proxy:Networks=127.0.0.1")]
    [InlineData("999.1.1.1, ,;", "--Proxy:Networks=127.0.0.1")]
    [InlineData("", "--Proxy:Networks=127.0.0.1")]
    public async Task Otherwise_the_address_is_that_of_the_connection(string said, params string[] settings) =>
        Assert.Equal("127.0.0.1", await AddressOfLoginAsync(said, settings));

    /// <summary>In development, the feed is open to the machine itself, but not to everybody behind a proxy on it.</summary>
    [Fact]
    public async Task A_caller_behind_a_proxy_is_not_the_machine_itself()
    {
        await using var service = await _here.ServeAsync("--Proxy:Networks=127.0.0.1");
        using var http = new HttpClient { BaseAddress = service.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "revocations");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");

        using var response = await http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.Equal(401, (int)response.StatusCode);
    }

    public void Dispose() => _here.Dispose();

    async Task<string?> AddressOfLoginAsync(string said, params string[] settings)
    {
        await using var service = await _here.ServeAsync(settings);
        using var http = new HttpClient { BaseAddress = service.Address };
        http.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", said);
        var account = new { email = "ada@example.com", password = HandstampClient.Password };
        await PostAsync(http, "register", account);
        var tokens = await PostAsync(http, "login", account);
        http.DefaultRequestHeaders.Authorization = new("Bearer", tokens.GetProperty("access_token").GetString());
        var list = await http.GetFromJsonAsync<JsonElement>("sessions", TestContext.Current.CancellationToken);
        return list.GetProperty("sessions")[0].GetProperty("ip_address").GetString();
    }

    static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var response = await http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }
}
