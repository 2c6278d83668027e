using System.Globalization;
using System.Text.Json;
using Handstamp.Proof.Wire;
using Handstamp.Server.Http;
using Handstamp.TestBed;

namespace Handstamp.Proof.Fuzz;

/// <summary>The real service under fuzzing, with its throttles wide open, so that it looks at each input.</summary>
sealed class FuzzedService : IAsyncDisposable
{
    const string Email = "ada@example.com";
    const long MostMemory = 400L << 20;

    static readonly string[] Settings =
    [
        "--Accounts:Hashing:MemoryKiB=7168", "--Accounts:Hashing:Passes=5", "--Sessions:AccessTokenLifetime=01:00:00", "--Sessions:RetryWindow=00:05:00",
        "--Sessions:MaxPerAccount=10000", "--Accounts:Throttle:AccountLogins=10000", "--Accounts:Throttle:NetworkLogins=10000",
        .. new[] { "Account", "Network", "Registration" }.SelectMany(scope => new[]
        {
            $"--Accounts:Throttle:{scope}Free=10000", $"--Accounts:Throttle:{scope}FirstDelay=00:00:00.001", $"--Accounts:Throttle:{scope}MaxDelay=00:00:00.001",
        }),
    ];

    readonly TempDirectory _data;
    readonly ListeningProcess _process;
    readonly HandstampClient _client;

    FuzzedService(TempDirectory data, ListeningProcess process, HandstampClient client) =>
        (_data, _process, _client) = (data, process, client);

    public Uri Address => _process.Address;

    public LoggedIn Tokens { get; private set; } = null!;

    /// <summary>The refresh token of a session that keeps it in a cookie.</summary>
    public string Cookie { get; private set; } = null!;

    /// <summary>The cookie and the token of a login form.</summary>
    public string Visit { get; private set; } = null!;

    public string FormToken { get; private set; } = null!;

    /// <summary>Its resident memory, in bytes.</summary>
    public long Memory => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).AsSpan(6).TrimEnd("kB"),
        NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);

    public static async Task<FuzzedService> StartAsync()
    {
        var data = new TempDirectory();
        var process = await HandstampProcess.StartAsync(data.Path, Settings);
        var client = new HandstampClient(process.Address);
        var service = new FuzzedService(data, process, client);
        await client.JoinAsync(Email);
        await service.LoginAsync();
        await service.OpenLoginPageAsync();
        return service;
    }

    async Task OpenLoginPageAsync()
    {
        using var page = await _client.SendAsync(HttpMethod.Get, "account/login");
        Visit = page.EnsureSuccessStatusCode().Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        FormToken = (await page.Content.ReadAsStringAsync()).Split("name=\"form\" value=\"")[1].Split('"')[0];
    }

    /// <summary>Starts two new sessions: the previous ones may have ended, or may expire.</summary>
    public async Task LoginAsync()
    {
        Tokens = await _client.LoginAsync(Email);
        using var answer = await _client.PostAsync("login", new { email = Email, password = HandstampClient.Password, transport = "cookie" });
        Cookie = answer.EnsureSuccessStatusCode().Headers.GetValues("Set-Cookie").First().Split('=', ';')[1];
    }

    /// <summary>
    /// A refusal is a problem of the table, as problem details or in OAuth's form. The service makes no other errors.
    /// </summary>
    public static string Judge(RawAnswer answer)
    {
        if (answer.Status is >= 200 and < 300) return answer.Status.ToString(CultureInfo.InvariantCulture);
        if (answer.Status is < 400 or >= 500) throw new InvalidDataException($"it answers {answer.Status} {answer.Text}");
        var form = answer.Header("Content-Type");
        if (form is not ("application/problem+json" or "application/json")) throw new InvalidDataException($"a {answer.Status} that is no problem");
        using var problem = JsonDocument.Parse(answer.Body);
        var isOAuth = form == "application/json";
        var code = isOAuth
            ? problem.RootElement.GetProperty("error_uri").GetString()!.Split('/')[^1]
            : problem.RootElement.GetProperty("code").GetString()!;
        if (!Problems.All.Any(known => known.Code == code && known.Status == answer.Status) || !Repository.Has($"docs/errors/{code}.md"))
            throw new InvalidDataException($"{answer.Status} {code} is not in the table");
        // Up to the name of a member: there are as many names as inputs.
        return problem.RootElement.TryGetProperty(isOAuth ? "error_description" : "detail", out var detail) ? $"{code}: {detail.GetString()!.Split('\'')[0]}" : code;
    }

    /// <summary>The faults at the end. The service must run, be usable, use little memory, and write no secrets.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync()
    {
        var faults = new List<string>();
        if (_process.HasExited) return ["the process has ended"];
        if (Memory > MostMemory) faults.Add($"it holds {Memory >> 20} MiB");
        faults.AddRange(_process.Output.Where(HoldsSecret).Take(3).Select(line => $"its output holds a secret: {line}"));
        faults.AddRange(_process.Output.Where(line => line.Contains(" failed", StringComparison.Ordinal)).Take(3));
        var (status, _) = await _client.RefreshAsync((await _client.JoinAsync("grace@example.com")).RefreshToken);
        if (status != 200) faults.Add($"a refresh gets {status}");
        return faults;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        _data.Dispose();
    }

    // eyJ: a JWT. The curl commands that the service prints at the start use this password as their example.
    static bool HoldsSecret(string line) => !line.StartsWith("  curl ", StringComparison.Ordinal) && (
        line.Contains(HandstampClient.Password, StringComparison.Ordinal) || line.Contains("hsr_", StringComparison.Ordinal)
        || line.Contains("eyJ", StringComparison.Ordinal));
}
