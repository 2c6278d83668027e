using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

/// <summary>Lists that are long, and terminals that are narrow.</summary>
public sealed class ListCommandTests : IDisposable
{
    readonly Installation _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task A_list_ends_at_the_limit_and_says_how_many_more_there_are()
    {
        // More than two pages of the store.
        await ImportAsync(1001);

        var (whole, hundred) = (await _here.RunAsync("user", "list", "--limit", "100000"), await _here.RunAsync("user", "list", "--json"));

        Assert.Equal((1 + 1001, ""), (Lines(whole.Output).Length, whole.Error));
        Assert.Equal(100, System.Text.Json.JsonElement.Parse(hundred.Output).GetArrayLength());
        Assert.Equal("901 more rows are not shown. Raise --limit, or search with --search.\n", hundred.Error);
    }

    [Fact]
    public async Task A_search_finds_text_in_any_column_and_in_any_letter_case()
    {
        await ImportAsync(1001);
        await _here.AskAsync("user", "set-roles", "user7@example.com", "Editor");

        Assert.Equal(
            ["user7@example.com"],
            (await _here.AskAsync("user", "list", "--search", "eDITOR")).EnumerateArray().Select(account => account.GetProperty("email").GetString()));
        Assert.Equal(2, Lines((await _here.RunAsync("user", "list", "--search", "USER999@")).Output).Length);
        var some = await _here.RunAsync("user", "list", "--search", "user99", "--limit", "3");
        // user99, and user990 to user999.
        Assert.Equal((1 + 3, "8 more rows are not shown. Raise --limit, or search with --search.\n"), (Lines(some.Output).Length, some.Error));
    }

    [Fact]
    public async Task The_newest_events_are_listed_and_older_ones_are_mentioned()
    {
        foreach (var name in (string[])["orders", "stock", "mail"]) await _here.AskAsync("api", "add", name);

        var newest = await _here.RunAsync("audit", "list", "--kind", "api", "--limit", "2", "--json");
        var found = await _here.RunAsync("audit", "list", "--search", "STOCK", "--limit", "1", "--json");

        Assert.Equal(["stock", "mail"], Names(newest));
        Assert.Equal("Older rows are not shown. Raise --limit, or search with --search.\n", newest.Error);
        Assert.Equal(["stock"], Names(found));
        Assert.Equal("", found.Error);
    }

    [Fact]
    public async Task A_table_fits_a_narrow_terminal_and_has_short_ids_and_the_names_of_devices()
    {
        await using var service = await _here.ServeAsync();
        using var http = new HttpClient { BaseAddress = service.Address };
        http.DefaultRequestHeaders.TryAddWithoutValidation(
            "User-Agent", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:142.0) Gecko/20100101 Firefox/142.0");
        var account = new { email = "ada@example.com", password = HandstampClient.Password };
        foreach (var route in (string[])["register", "login"])
            using (await http.PostAsync(route, System.Net.Http.Json.JsonContent.Create(account), TestContext.Current.CancellationToken)) { }
        var id = (await _here.AskAsync("session", "list", "ada@example.com"))[0].GetProperty("id").GetString()!;

        var (narrow, wide) = (await ShowAsync(60), await ShowAsync(200));

        Assert.All(Lines(narrow.Output), line => Assert.True(line.Length <= 60, line));
        Assert.Contains($"│ {id[^8..]} │", narrow.Output);
        Assert.Contains($"│ {id[^8..]} │ Firefox on macOS │ 127.0.0.1 │", wide.Output);
        // Nothing is in that column.
        Assert.DoesNotContain("Sharing signs", wide.Output);
        Assert.Contains(id, (await _here.RunAsync("session", "list", "ada@example.com")).Output);

        Task<CommandResult> ShowAsync(int columns) =>
            Terminal.RunAsync(columns, new CommandCall(["session", "list", "ada@example.com", "--data", _here.Data]));
    }

    async Task ImportAsync(int users)
    {
        var lines = Enumerable.Range(0, users).Select(number => $$"""{"email":"user{{number}}@example.com"}""");
        await _here.AskAsync("import", "users", _here.Write("users.jsonl", string.Join('\n', lines)));
    }

    static string[] Lines(string text) => text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    static IEnumerable<string?> Names(CommandResult result) =>
        System.Text.Json.JsonElement.Parse(result.Output).EnumerateArray().Select(done => done.GetProperty("detail").GetString());
}
