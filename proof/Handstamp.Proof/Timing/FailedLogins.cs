using System.Diagnostics;
using System.Globalization;
using System.Text;
using Handstamp.Proof.Wire;
using Handstamp.TestBed;

namespace Handstamp.Proof.Timing;

enum Kind
{
    /// <summary>An address without an account.</summary>
    Unknown,

    /// <summary>An account's address, with a wrong password.</summary>
    WrongPassword,

    /// <summary>A disabled account's address, with a wrong password.</summary>
    Disabled,
}

/// <summary>
/// The times of failed logins at the real service. They come in groups with one login of each kind, in random order,
/// one after another. Hashing costs as little as the settings allow, so that small differences show; the throttles are
/// wide open. Each kind has the same number of addresses, all of one length, and they are used equally often.
/// </summary>
sealed class FailedLogins : IAsyncDisposable
{
    const int Kinds = 3;
    const int Addresses = 40;
    const int WarmUp = 30;

    static readonly string[] Settings =
    [
        "--Accounts:Hashing:MemoryKiB=7168", "--Accounts:Hashing:Passes=5", "--Accounts:Throttle:RegistrationFree=10000",
        "--Accounts:Throttle:AccountFree=10000", "--Accounts:Throttle:NetworkFree=10000",
        "--Accounts:Throttle:NetworkFirstDelay=00:00:00.001", "--Accounts:Throttle:NetworkMaxDelay=00:00:00.001",
    ];

    readonly TempDirectory _data;
    readonly List<string[]> _addresses;
    readonly Random _random;
    readonly ListeningProcess _service;
    readonly RawClient _client;
    readonly List<double>[] _milliseconds = [[], [], []];
    readonly HashSet<string>[] _answers = [[], [], []];

    FailedLogins(TempDirectory data, ListeningProcess service, Random random)
    {
        (_data, _service, _random, _client) = (data, service, random, new RawClient(service.Address));
        _addresses = [.. Enumerable.Range(0, Kinds * Addresses)
            .Select(_ => $"{random.GetString("abcdefghijklmnopqrstuvwxyz", 12)}@example.com").Chunk(Addresses)];
    }

    public IReadOnlyList<double> Of(Kind kind) => _milliseconds[(int)kind];

    /// <summary>All distinct answers to a kind: status, headers without the date, and body.</summary>
    public IReadOnlyCollection<string> Answers(Kind kind) => _answers[(int)kind];

    public static async Task<FailedLogins> StartAsync(int seed)
    {
        var data = new TempDirectory();
        var logins = new FailedLogins(data, await HandstampProcess.StartAsync(data.Path, Settings), new Random(seed));
        await logins.PrepareAsync();
        for (var group = 0; group < WarmUp; group++) logins.Take(group, keep: false);
        return logins;
    }

    public void Take(int groups)
    {
        for (var group = 0; group < groups; group++) Take(group, keep: true);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
        _data.Dispose();
    }

    async Task PrepareAsync()
    {
        using var client = new HandstampClient(_service.Address);
        foreach (var email in _addresses[(int)Kind.WrongPassword].Concat(_addresses[(int)Kind.Disabled]))
            (await client.PostAsync("register", new { email, password = HandstampClient.Password })).EnsureSuccessStatusCode().Dispose();
        foreach (var email in _addresses[(int)Kind.Disabled])
            Assert.Equal(0, (await HandstampExecutable.RunAsync("user", "disable", email, "--data", _data.Path)).ExitCode);
    }

    void Take(int group, bool keep)
    {
        var order = Enum.GetValues<Kind>();
        _random.Shuffle(order);
        foreach (var kind in order)
        {
            var (milliseconds, answer) = Attempt(_client, _addresses[(int)kind][group % Addresses]);
            if (!keep) continue;
            _milliseconds[(int)kind].Add(milliseconds);
            _answers[(int)kind].Add(answer);
        }
    }

    static (double Milliseconds, string Answer) Attempt(RawClient client, string email)
    {
        var body = $$"""{"email":"{{email}}","password":"not the right sentence"}""";
        var request = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        var begun = Stopwatch.GetTimestamp();
        var answer = client.Exchange(request);
        var took = Stopwatch.GetElapsedTime(begun);
        var head = answer.Head.Split("\r\n").Where(line => !line.StartsWith("Date:", StringComparison.OrdinalIgnoreCase));
        return (took.TotalMilliseconds, string.Join('\n', [.. head, answer.Text]));
    }
}
