using System.Text.Json;
using Handstamp.Host.Commands;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("Ada's 手机 👩‍💻 é", "Ada's 手机 👩‍💻 é")]
    [InlineData("\u001b[2J", @"\u001b[2J")]
    [InlineData("a\nb\tc\u007f", @"a\u000ab\u0009c\u007f")]
    [InlineData("\u009b2J", @"\u009b2J")]
    [InlineData("\u202egnp.exe", @"\u202egnp.exe")]
    [InlineData("\u2066a\u2069", @"\u2066a\u2069")]
    [InlineData("\u2028\u2029\u200b\ufeff", @"\u2028\u2029\u200b\ufeff")]
    [InlineData("\U000e0041", @"\udb40\udc41")]
    public void Control_characters_are_shown_as_text(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Fact]
    public async Task A_user_agent_cannot_control_the_terminal_that_lists_sessions()
    {
        const string Escape = "\u001b]0;mine\u0007\u202e";
        using var here = new Installation();
        await using var service = await here.ServeAsync("--Logging:Level=Trace");
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 })
        {
            BaseAddress = service.Address,
        };
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Escape);
        var account = new { email = "ada@example.com", password = HandstampClient.Password };
        foreach (var route in (string[])["register", "login", "nowhere/\u001b[2J"])
            using (await http.PostAsync(route, System.Net.Http.Json.JsonContent.Create(account), TestContext.Current.CancellationToken)) { }

        var list = await here.RunAsync("session", "list", "ada@example.com");
        var json = await here.AskAsync("session", "list", "ada@example.com");
        await service.StopAsync();

        Assert.Contains(@"\u001b]0;mine\u0007\u202e", list.Output);
        Assert.DoesNotContain(list.Output, letter => letter != '\n' && char.IsControl(letter));
        Assert.Equal(Escape, json[0].GetProperty("user_agent").GetString());
        // No part of a request gets into a log line.
        Assert.DoesNotContain(service.Output, line => line.Contains('\u001b') || line.Contains("mine") || line.Contains("nowhere"));
    }

    [Fact]
    public async Task In_JSON_control_characters_are_escaped_and_the_value_is_the_same()
    {
        const string Marks = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u2028\u2029\u0085\u009b\u007f\U000e0041";
        const string Name = $"a{Marks}b \\ \" \U0001f469\u200d\U0001f4bb é <&+'>";
        using var here = new Installation();
        await here.AddAccountAsync();

        var listed = await here.RunAsync("user", "set-claims", "ada@example.com", $"name={Name}", "--json");
        var events = await here.RunAsync(new CommandCall(
            ["api", "add", "orders", "--json"], Environment: new Dictionary<string, string> { ["SUDO_USER"] = Name }));
        var trail = await here.RunAsync("audit", "list", "--kind", "api", "--json");

        Assert.Equal(0, events.ExitCode);
        Assert.All([listed.Output, trail.Output], output => Assert.DoesNotContain(output, letter => letter != '\n' && Marks.Contains(letter)));
        Assert.Equal(Name, JsonElement.Parse(listed.Output).GetProperty("claims").GetProperty("name")[0].GetString());
        Assert.StartsWith(Name, JsonElement.Parse(trail.Output)[0].GetProperty("actor_id").GetString(), StringComparison.Ordinal);
        Assert.Contains(" é <&+'>", listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claims_and_quotes_in_faults_cannot_control_the_terminal()
    {
        using var here = new Installation();
        await here.AddAccountAsync();

        var claims = await here.RunAsync("user", "set-claims", "ada@example.com", "name=\u009bA\u202e");
        var missing = await here.FailAsync(1, "user", "show", "\u001b[2J@example.com");

        Assert.All([claims.Output, missing], text =>
        {
            Assert.DoesNotContain(text, letter => (letter != '\n' && char.IsControl(letter)) || letter == '\u202e');
            Assert.Contains(@"\u", text);
        });
    }
}
