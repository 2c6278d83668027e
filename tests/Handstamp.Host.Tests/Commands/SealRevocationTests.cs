using System.Text.Json;
using Handstamp.TestBed;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

/// <summary><c>handstamp keys revoke</c> of a sealing key, with some thousand accounts.</summary>
public sealed class SealRevocationTests : IDisposable
{
    const int Users = 10_000;

    // "correct horse battery staple", hashed by Python's crypt.
    const string Hash = "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";

    static readonly Dictionary<string, string> Sealing = new()
    {
        ["HANDSTAMP_MASTER_KEY"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ["HANDSTAMP_Keys__SealPasswords"] = "true",
    };

    readonly Installation _here = new();

    // The command waits ten seconds, as always when the current key is revoked.
    [Fact]
    [Trait("Kind", "Proof")]
    public async Task A_revocation_that_was_killed_has_lost_no_password_and_is_finished_by_the_next_one()
    {
        await AskAsync("import", "users", _here.Write("users.jsonl", string.Concat(
            Enumerable.Range(0, Users).Select(number => $$"""{"email":"user{{number}}@example.com","password_hash":"{{Hash}}"}""" + "\n"))));
        var old = await KeyAsync();
        using (var process = new CommandCall(["keys", "revoke", old, "--yes", "--data", _here.Data], Environment: Sealing).Start(HandstampExecutable.Path))
        {
            await Eventually.TrueAsync(() => CountUnder(old) < Users || process.HasExited, "the first hashes are sealed again");
            process.Kill();
            await process.WaitForExitAsync(Cancel);
            Assert.NotEqual(0, process.ExitCode);
        }

        Assert.InRange(CountUnder(old), 1, Users - 1);
        Assert.Equal(Users, await CountHashesAsync("after-the-kill"));
        var (before, after) = (EmailUnder(old), EmailUnder(Assert.Single(Keys(), key => key != old)));
        await LoginAsync(before, after);

        Assert.Equal($"{old} is revoked.\n", (await RunAsync("keys", "revoke", old, "--yes")).Output);

        Assert.Equal(0, CountUnder(old));
        Assert.NotEqual(old, await KeyAsync());
        // The two have logged in, and have a hash of Argon2id since then.
        Assert.Equal(Users - 2, await CountHashesAsync("at-the-end"));
        await LoginAsync(before, after);
    }

    public void Dispose() => _here.Dispose();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    Task<CommandResult> RunAsync(params string[] arguments) => _here.RunAsync(new CommandCall(arguments, Environment: Sealing));

    Task<JsonElement> AskAsync(params string[] arguments) => _here.AskAsync(new CommandCall(arguments, Environment: Sealing));

    async Task<string> KeyAsync() => (await AskAsync("keys", "list")).EnumerateArray()
        .Single(key => key.GetProperty("purpose").GetString() == "seal").GetProperty("id").GetString()!;

    /// <summary>How many accounts have the hash of the import, which an export opens.</summary>
    async Task<int> CountHashesAsync(string name)
    {
        await AskAsync("export", "users", _here.File(name), "--with-password-hashes");
        return (await File.ReadAllLinesAsync(_here.File(name), Cancel)).Count(line => line.Contains(Hash, StringComparison.Ordinal));
    }

    async Task LoginAsync(params string[] emails)
    {
        await using var service = await _here.ServeAsync(new CommandCall([], Environment: Sealing));
        using var client = new HandstampClient(service.Address);
        foreach (var email in emails) await client.LoginAsync(email);
    }

    long CountUnder(string key) => (long)Ask($"SELECT count(*) FROM accounts WHERE substr(password_hash, 9, 13) = '{key}'").Single();

    IReadOnlyList<string> Keys() => [.. Ask("SELECT DISTINCT substr(password_hash, 9, 13) FROM accounts").Cast<string>()];

    string EmailUnder(string key) => (string)Ask($"""
        SELECT canonical FROM identifiers JOIN accounts ON accounts.id = account_id WHERE substr(password_hash, 9, 13) = '{key}' LIMIT 1
        """).Single();

    List<object> Ask(string sql)
    {
        using var database = new SqliteConnection($"Data Source={_here.File("handstamp.db")};Mode=ReadOnly;Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
#pragma warning disable CA2100 // The test's own statements.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<object>();
        while (reader.Read()) rows.Add(reader.GetValue(0));
        return rows;
    }
}
