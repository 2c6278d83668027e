using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Import;

public sealed class ImportCommandTests : IDisposable
{
    // "correct horse battery staple", hashed by Python's crypt.
    const string Hash = "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";

    readonly Installation _here = new();

    [Fact]
    public async Task A_user_that_cannot_be_added_is_named_by_its_line_and_the_others_are_added()
    {
        var file = _here.Write("users.jsonl", $$$"""
            {"email":"ada@example.com","password_hash":"{{{Hash}}}","email_verified":true,"roles":["admin"],"claims":{"team":"red","region":["eu","us"]}}
            {"email":"bob@example.com","password_hash":"5f4dcc3b5aa765d61d8327deb882cf99"}

            {"email":"carol@example.com"
            {"email":"no address"}
            {"email":"dora@example.com","passwordhash":"{{{Hash}}}"}
            ["eve@example.com"]
            {"email":"ADA@example.com"}
            {"email":"frank@example.com","created_at":"1960-01-01T00:00:00Z"}
            {"email":"grace@example.com","roles":["no role!"]}
            {"password_hash":"{{{Hash}}}"}
            {"email":"heidi@example.com","claims":{"sub":"x"}}
            {"email":"ivan@example.com","password_hash":"$2b$31${{{Hash[7..]}}}"}
            {"email":"\ud800@example.com"}
            {"email":"judy@example.com","emails":[null]}
            {"emails":[{"email":"karl@example.com"},{"email":"Karl@example.com"}]}
            {"id":"00000000-0000-0000-0000-000000000000","email":"lena@example.com"}
            {"email":"last@example.com"}
            """);

        var result = await _here.RunAsync("import", "users", file, "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("Some users were refused. The report says why.", JsonElement.Parse(result.Error).GetProperty("error").GetString());
        var report = JsonElement.Parse(result.Output);
        Assert.Equal(
            "2 invalid_password_hash, 4 invalid_line, 5 invalid_email, 6 invalid_line, 7 invalid_line, 8 email_taken, 9 invalid_time, 10 invalid_claims, "
            + "11 no_email, 12 invalid_claims, 13 invalid_password_hash, 14 invalid_line, 15 invalid_email, 16 invalid_email, 17 invalid_id",
            string.Join(", ", report.GetProperty("refusals").EnumerateArray().Select(one => $"{one.GetProperty("line").GetInt64()} {one.GetProperty("code").GetString()}")));
        Assert.All(report.GetProperty("refusals").EnumerateArray(), one => Assert.Contains(' ', one.GetProperty("reason").GetString()!));
        Assert.Contains("'passwordhash'", result.Output);
        Assert.Equal((2, 0, 15), SumsOf(report));
        Assert.DoesNotContain(Hash[7..], result.Output);
        Assert.DoesNotContain("5f4dcc3b", result.Output);
        var ada = await _here.AskAsync("user", "show", "ada@example.com");
        Assert.Equal("""{"team":["red"],"region":["eu","us"]}""", JsonSerializer.Serialize(ada.GetProperty("claims")));
    }

    [Fact]
    public async Task The_report_for_people_has_lines()
    {
        var result = await _here.RunAsync("import", "users", _here.Write("users.jsonl", """
            {"email":"ada@example.com"}
            {"email":"bob"}
            """));

        Assert.Equal("2: invalid_email: This is not a valid e-mail address.\nAdded: 1, 1 of them without a password. Already there: 0. Refused: 1.\n", result.Output);
        Assert.Equal((1, "Some users were refused. The report says why.\n"), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task A_second_run_adds_nothing_and_keeps_later_changes()
    {
        var file = Many(10);
        Assert.Equal((10, 0, 0), SumsOf(await _here.AskAsync("import", "users", file)));
        await _here.AskAsync("user", "set-roles", "user3@example.com", "admin");
        await _here.AskAsync("user", "delete", "user4@example.com", "--yes");

        Assert.Equal((1, 9, 0), SumsOf(await _here.AskAsync("import", "users", file)));

        Assert.Equal("admin", (await _here.AskAsync("user", "show", "user3@example.com")).GetProperty("roles")[0].GetString());
    }

    [Fact]
    public async Task A_person_who_registered_before_is_not_treated_as_an_imported_user()
    {
        await _here.AddAccountAsync("user3@example.com");

        var result = await _here.RunAsync("import", "users", Many(5), "--json");

        Assert.Equal((4, 0, 1), SumsOf(JsonElement.Parse(result.Output)));
        Assert.Contains("email_taken", result.Output);
    }

    [Fact]
    public async Task A_run_that_was_killed_is_continued_and_the_result_is_the_same()
    {
        const int users = 30_000;
        var file = Many(users);
        using (var process = new CommandCall(["import", "users", file, "--data", _here.Data]).Start(HandstampExecutable.Path))
        {
            // Some batches are in the database.
            await Eventually.TrueAsync(() => Length(_here.File("handstamp.db-wal")) > 1_000_000 || process.HasExited, "the import writes");
            process.Kill();
            await process.WaitForExitAsync();
            Assert.NotEqual(0, process.ExitCode);
        }

        var (added, alreadyThere, refused) = SumsOf(await _here.AskAsync("import", "users", file));

        Assert.Equal((users, 0), (added + alreadyThere, refused));
        Assert.InRange(alreadyThere, 500, users - 1);
        Assert.Equal(0, alreadyThere % 500);
        Assert.Equal((0, users, 0), SumsOf(await _here.AskAsync("import", "users", file)));

        // Asked once: the log of a database goes when the last one who has the database open closes it.
        static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
    }

    [Fact]
    public async Task A_dry_run_says_what_would_happen_and_adds_nothing()
    {
        await _here.AddAccountAsync("user3@example.com");

        var file = Many(5);
        await File.AppendAllTextAsync(file, """
            {"email":"USER1@example.com"}
            {"username":"ada","emails":[{"email":"ada@example.com"},{"email":"ada@example.org"}]}
            {"username":"ADA"}
            {"username":"bob","emails":[{"email":"ADA@example.org"}]}
            {"username":"bob","id":"b6012192-75c2-488e-b76b-bdd487bc7316"}
            {"username":"bob","id":"b6012192-75c2-488e-b76b-bdd487bc7316"}
            """);
        var result = await _here.RunAsync("import", "users", file, "--dry-run");

        Assert.Equal((1, "Some users were refused. The report says why.\n"), (result.ExitCode, result.Error));
        const string Taken = "email_taken: An earlier user has this e-mail address or username.";
        Assert.EndsWith($"6: {Taken}\n8: {Taken}\n9: {Taken}\nWould be added: 6, 2 of them without a password. Already there: 1. Refused: 4.\n", result.Output);
        Assert.Single((await _here.AskAsync("user", "list")).EnumerateArray());
    }

    [Fact]
    public async Task Fast_hashes_are_wrapped_and_their_owners_log_in_as_before()
    {
        // "correct horse battery staple", hashed by OpenSSL's passwd -1.
        const string fast = "$1$abcdefgh$4/U5.w6NPtLkJ2WyrTwm91";
        var file = _here.Write("users.jsonl", $$"""{"email":"ada@example.com","password_hash":"{{fast}}"}""" + "\n" + $$"""{"email":"bob@example.com","password_hash":"{{Hash}}"}""");

        Assert.Equal((2, 0, 0), SumsOf(await _here.AskAsync("import", "users", file, "--wrap")));
        Assert.Equal((0, 2, 0), SumsOf(await _here.AskAsync("import", "users", file, "--wrap")));

        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);
        await _here.AskAsync("export", "users", _here.File("before"), "--with-password-hashes");
        var before = await File.ReadAllTextAsync(_here.File("before"));
        Assert.DoesNotContain(fast[^10..], before);
        Assert.Contains("$wrapped$", before);
        Assert.Contains(Hash, before);
        await client.LoginAsync("ada@example.com");
        await client.LoginAsync("bob@example.com");
        await _here.AskAsync("export", "users", _here.File("after"), "--with-password-hashes");
        Assert.DoesNotContain("$wrapped$", await File.ReadAllTextAsync(_here.File("after")));
    }

    [Fact]
    public async Task Users_without_a_hash_can_keep_the_passwords_that_the_former_system_checks()
    {
        var file = _here.Write("users.jsonl", $$"""
            {"email":"ada@example.com"}
            {"email":"bob@example.com","password_hash":"{{Hash}}"}
            {"email":"carol@example.com","password_hash":"$former$"}
            """);

        var trial = await _here.RunAsync("import", "users", file, "--former-passwords", "--dry-run");
        Assert.Equal("Would be added: 3. Already there: 0. Refused: 0.\n", trial.Output);
        Assert.Equal((3, 0, 0), SumsOf(await _here.AskAsync("import", "users", file, "--former-passwords")));

        await _here.AskAsync("export", "users", _here.File("after"), "--with-password-hashes");
        Assert.Equal(
            ["$former$", Hash, "$former$"],
            (await File.ReadAllLinesAsync(_here.File("after"))).Select(line => JsonElement.Parse(line))
                .OrderBy(user => user.GetProperty("email").GetString(), StringComparer.Ordinal)
                .Select(user => user.GetProperty("password_hash").GetString()!));
        using var again = new Installation();
        Assert.Equal((3, 0, 0), SumsOf(await again.AskAsync("import", "users", _here.File("after"))));
    }

    [Fact]
    public async Task Without_the_option_users_without_a_hash_have_no_password()
    {
        await _here.AskAsync("import", "users", _here.Write("users.jsonl", """{"email":"ada@example.com"}"""));

        await _here.AskAsync("export", "users", _here.File("after"), "--with-password-hashes");
        Assert.DoesNotContain("password_hash", await File.ReadAllTextAsync(_here.File("after")));
    }

    [Fact]
    public async Task Comma_separated_values_can_be_imported_too()
    {
        var file = _here.Write("users.csv", $$$"""
            email,email_verified,password_hash,roles,claims,created_at,disabled
            ada@example.com,true,{{{Hash}}},admin ops,"{""team"":""red, or blue""}",2024-05-01T12:00:00Z,
            bob@example.com,,,,,,yes
            carol@example.com,f,,,,2024-05-01T12:00:00Z,t
            """);

        var result = await _here.RunAsync("import", "users", file, "--json");

        Assert.Equal("3 The member 'disabled' must be true or false.", string.Join(", ", JsonElement.Parse(result.Output).GetProperty("refusals").EnumerateArray()
            .Select(one => $"{one.GetProperty("line").GetInt64()} {one.GetProperty("reason").GetString()}")));
        var ada = await _here.AskAsync("user", "show", "ada@example.com");
        Assert.Equal("""["admin","ops"]""", JsonSerializer.Serialize(ada.GetProperty("roles")));
        Assert.Equal("red, or blue", ada.GetProperty("claims").GetProperty("team")[0].GetString());
        Assert.NotEqual(JsonValueKind.Null, (await _here.AskAsync("user", "show", "carol@example.com")).GetProperty("disabled_at").ValueKind);
    }

    [Theory]
    [InlineData("users.csv", "email,pasword_hash\nada@example.com,x\n", "The column 'pasword_hash' is unknown.")]
    [InlineData("users.json", "[{\"email\":\"ada@example.com\"},", "not valid JSON, after 1 users")]
    [InlineData("users.json", "{\n\"accounts\":[]}", "no list of users")]
    public async Task A_file_that_cannot_be_read_is_refused_as_a_whole(string name, string text, string expected)
    {
        var result = await _here.RunAsync("import", "users", _here.Write(name, text));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Error);
    }

    [Fact]
    public async Task A_missing_file_is_named() =>
        Assert.Contains("Cannot read the file", await _here.FailAsync(1, "import", "users", _here.File("typo.jsonl")));

    [Fact]
    public async Task A_pipe_is_read_if_its_format_is_given()
    {
        Assert.StartsWith("A pipe has no extension", await _here.FailAsync(1, "import", "users", "/dev/stdin"));

        var lines = await File.ReadAllTextAsync(Many(1200));
        Assert.Equal((1200, 0, 0), SumsOf(await _here.AskAsync(new CommandCall(["import", "users", "/dev/stdin", "--format", "jsonl"], Input: lines))));
    }

    [Fact]
    public async Task The_parameters_of_Firebase_are_only_for_Firebase() =>
        Assert.Contains("--hash-config is for --from firebase", await _here.FailAsync(2, "import", "users", "f", "--from", "auth0", "--hash-config", "g"));

    [Fact]
    public async Task Each_imported_account_has_an_event_that_names_the_operator()
    {
        await _here.AskAsync("import", "users", Many(3));

        var events = (await _here.AskAsync("audit", "list", "--kind", "account.added")).EnumerateArray().ToList();

        Assert.Equal(3, events.Count);
        Assert.All(events, done => Assert.Equal(("imported", "operator"), (done.GetProperty("outcome").GetString(), done.GetProperty("actor").GetString())));
    }

    [Fact]
    public async Task A_running_service_continues_during_an_import()
    {
        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);
        var refreshToken = (await client.JoinAsync("ada@example.com")).RefreshToken;
        var import = _here.AskAsync("import", "users", Many(20_000));

        var refreshes = 0;
        for (; !import.IsCompleted; refreshes++)
        {
            var (status, body) = await client.RefreshAsync(refreshToken);
            Assert.True(status == 200, body.GetRawText());
            refreshToken = body.GetProperty("refresh_token").GetString()!;
        }

        Assert.Equal((20_000, 0, 0), SumsOf(await import));
        Assert.True(refreshes > 0);
    }

    public void Dispose() => _here.Dispose();

    string Many(int users) => _here.Write("many.jsonl", string.Concat(Enumerable.Range(0, users).Select(number =>
        $$"""{"email":"user{{number}}@example.com","password_hash":"{{Hash}}","created_at":"2024-05-01T12:00:00Z"}""" + "\n")));

    static (int Added, int AlreadyThere, int Refused) SumsOf(JsonElement report) => (
        report.GetProperty("added").GetInt32(), report.GetProperty("already_there").GetInt32(), report.GetProperty("refused").GetInt32());
}
