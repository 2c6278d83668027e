using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Import;

/// <summary>
/// Users come from another system, and log in with the password that they had there. The samples have the shape of:
/// <list type="bullet">
/// <item>keycloak: <c>kc.sh export --users realm_file</c> of Keycloak 22 (PBKDF2) and 25 (Argon2, PBKDF2 with SHA-512)</item>
/// <item>auth0: auth0.com/docs/troubleshoot/customer-support/manage-subscriptions/export-data, the file with the password hashes</item>
/// <item>firebase: <c>firebase auth:export</c> of firebase-tools, firebase.google.com/docs/cli/auth; the parameters are those of
/// the README of github.com/firebase/scrypt</item>
/// <item>supabase: <c>\copy (select … from auth.users) to … csv header</c> in psql</item>
/// <item>better-auth: <c>row_to_json</c> of <c>user</c> with <c>account.password</c>, better-auth.com/docs/concepts/database</item>
/// <item>aspnet-identity: <c>AspNetUsers</c> as comma-separated values, from SQL Server</item>
/// </list>
/// The hashes were made by Python's hashlib and crypt, libsodium, firebase-scrypt 2.2.0 and @better-auth/utils 0.5.1.
/// </summary>
public sealed class SystemsTests : IDisposable
{
    readonly Installation _here = new();

    public static TheoryData<string, string, string[], string[]> Systems => new()
    {
        { "keycloak", "keycloak.json", ["ada@example.com", "bob@example.com", "carol@example.com"], [] },
        { "auth0", "auth0.json", ["ada@example.com", "bob@example.com"], [] },
        { "firebase", "firebase.json", ["ada@example.com"], [] },
        { "supabase", "supabase.csv", ["ada@example.com"], ["bob@example.com"] },
        { "better-auth", "better-auth.jsonl", ["ada@example.com"], ["bob@example.com"] },
        { "aspnet-identity", "aspnet-identity.csv", ["ada@example.com"], ["bob@example.com"] },
    };

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task Imported_users_log_in_with_their_old_password_and_disabled_ones_stay_disabled(
        string system, string file, string[] active, string[] disabled)
    {
        await ImportAsync(system, file);

        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);
        foreach (var email in active) await client.LoginAsync(email);
        foreach (var email in disabled)
        {
            using var refused = await client.PostAsync("login", new { email, password = HandstampClient.Password });
            Assert.Contains("account_disabled", await refused.Content.ReadAsStringAsync());
        }
        using var wrong = await client.PostAsync("login", new { email = active[0], password = "another password" });
        Assert.Contains("invalid_credentials", await wrong.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task After_the_first_login_the_hash_is_our_own()
    {
        await ImportAsync("supabase", "supabase.csv");
        await using var service = await _here.ServeAsync();
        using var client = new HandstampClient(service.Address);
        Assert.StartsWith("$2a$10$", (await ExportedAsync("before"))[0].GetProperty("password_hash").GetString());

        await client.LoginAsync("ada@example.com");

        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", (await ExportedAsync("after"))[0].GetProperty("password_hash").GetString());
    }

    [Fact]
    public async Task Ids_roles_times_and_verified_addresses_are_imported()
    {
        await ImportAsync("keycloak", "keycloak.json");

        var users = (await ExportedAsync("users")).ToDictionary(user => user.GetProperty("email").GetString()!);

        Assert.Equal("b6012192-75c2-488e-b76b-bdd487bc7315", users["ada@example.com"].GetProperty("id").GetString());
        Assert.Equal("""["admin"]""", users["ada@example.com"].GetProperty("roles").GetRawText());
        Assert.Equal(1699281486619, users["ada@example.com"].GetProperty("created_at").GetDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.True(users["ada@example.com"].TryGetProperty("email_verified_at", out _));
        Assert.False(users["carol@example.com"].TryGetProperty("email_verified_at", out _));
    }

    [Fact]
    public async Task Hashes_of_Firebase_need_the_parameters_of_their_project()
    {
        var result = await _here.RunAsync("import", "users", Sample("firebase.json"), "--from", "firebase");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("pass --hash-config FILE", result.Error);
    }

    public void Dispose() => _here.Dispose();

    async Task ImportAsync(string system, string file)
    {
        string[] config = system == "firebase" ? ["--hash-config", Sample("firebase-hash-config.txt")] : [];
        var result = await _here.RunAsync(["import", "users", Sample(file), "--from", system, "--json", .. config]);
        var report = JsonElement.Parse(result.Output);
        // The account of a Keycloak client is not a person.
        var expected = system == "keycloak" ? "no_email" : "";
        Assert.Equal(expected, string.Join(' ', report.GetProperty("refusals").EnumerateArray().Select(one => one.GetProperty("code").GetString())));
    }

    async Task<JsonElement[]> ExportedAsync(string name)
    {
        await _here.AskAsync("export", "users", _here.File(name), "--with-password-hashes");
        return [.. File.ReadLines(_here.File(name)).Select(line => JsonElement.Parse(line))];
    }

    static string Sample(string name) => Repository.PathOf($"tests/Handstamp.Host.Tests/Import/Samples/{name}");
}
