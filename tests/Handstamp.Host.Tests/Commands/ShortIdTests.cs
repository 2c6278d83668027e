using Handstamp.Host.Commands;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

/// <summary>Commands take the beginning or the end of an id if no other id has it.</summary>
public sealed class ShortIdTests : IDisposable
{
    readonly Installation _here = new();

    public void Dispose() => _here.Dispose();

    [Theory]
    [InlineData("019a0000-0000-7000-8000-0000aaaabbbb")]
    [InlineData("019a0000")]
    [InlineData("aaaabbbb")]
    [InlineData("AAAABBBB")]
    [InlineData("8000-0000aaaabbbb")]
    public async Task An_account_is_found_by_a_part_of_its_id(string part)
    {
        await ImportAsync("019a0000-0000-7000-8000-0000aaaabbbb", "019b0000-0000-7000-8000-0000ccccbbbb");

        Assert.Equal("user0@example.com", (await _here.AskAsync("user", "show", part)).GetProperty("email").GetString());
    }

    [Theory]
    // No other id has it, but it is shorter than what tables show, and a username could look like it.
    [InlineData("aaabbbb")]
    [InlineData("00007000")]
    [InlineData("aaaabbbx")]
    public async Task Anything_else_is_not_found(string part)
    {
        await ImportAsync("019a0000-0000-7000-8000-0000aaaabbbb");

        Assert.Equal($"No account {part} exists.\n", await _here.FailAsync(1, "user", "show", part));
    }

    [Fact]
    public async Task A_part_of_several_ids_is_refused_and_they_are_listed()
    {
        await ImportAsync("019a0000-0000-7000-8000-0000aaaabbbb", "019a0000-0000-7000-8000-0000ccccbbbb", "019b0000-0000-7000-8000-0000019a0000");

        Assert.Equal(
            "019a0000 is a part of several ids: 019a0000-0000-7000-8000-0000aaaabbbb, 019a0000-0000-7000-8000-0000ccccbbbb, "
                + "019b0000-0000-7000-8000-0000019a0000. Pass more of the id.\n",
            await _here.FailAsync(1, "user", "delete", "019a0000", "--yes"));
        Assert.Contains("\"code\": \"ambiguous_id\"", (await _here.RunAsync("user", "show", "019a0000", "--json")).Error);
        Assert.Equal(3, (await _here.AskAsync("user", "list")).GetArrayLength());
    }

    [Fact]
    public async Task A_username_comes_before_the_part_of_an_id()
    {
        await ImportAsync("019a0000-0000-7000-8000-0000aaaabbbb");
        await _here.AskAsync("user", "add", "aaaabbbb", "--generate");

        Assert.Equal("aaaabbbb", (await _here.AskAsync("user", "show", "aaaabbbb")).GetProperty("username").GetString());
    }

    [Fact]
    public async Task A_session_is_ended_by_the_end_of_its_id()
    {
        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);
        var (first, second) = (await client.JoinAsync("ada@example.com"), await client.LoginAsync("ada@example.com"));

        await _here.AskAsync("session", "end", first.SessionId.ToString()[^8..]);

        var left = Assert.Single((await _here.AskAsync("session", "list", "ada@example.com")).EnumerateArray());
        Assert.Equal(second.SessionId, left.GetProperty("id").GetGuid());
        Assert.Equal("'0123456' is not the id of a session. `handstamp session list` shows the ids. See --help.\n", await _here.FailAsync(2, "session", "end", "0123456"));
    }

    [Theory]
    [InlineData("AbCdEfGhIjKlMnOp", "AbCdEfGhIjKlMnOp")]
    [InlineData("AbCdEfGh", "AbCdEfGhIjKlMnOp")]
    [InlineData("IjKlMnOp", "AbCdEfGhIjKlMnOp")]
    [InlineData("mac-1", "mac-1")]
    // It is the beginning of mac-12, which it does not mean.
    [InlineData("mac-", null)]
    [InlineData("AbCdEfG", null)]
    [InlineData("mac-2", null)]
    public void A_key_is_found_by_a_part_of_its_id_that_is_no_id_of_another_key(string text, string? found) =>
        Assert.Equal(found, ShortId.Find(text, ["AbCdEfGhIjKlMnOp", "mac-1", "mac-12"]));

    async Task ImportAsync(params string[] ids)
    {
        var lines = ids.Select((id, number) => $$"""{"id":"{{id}}","email":"user{{number}}@example.com"}""");
        await _here.AskAsync("import", "users", _here.Write("users.jsonl", string.Join('\n', lines)));
    }
}
