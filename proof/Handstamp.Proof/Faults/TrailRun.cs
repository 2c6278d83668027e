using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Proof.Faults;

/// <summary>
/// People constantly log in, log out, log out everywhere, and change their passwords, while the server is killed at
/// random moments and started again on the same files. After each kill, before the start, the database is checked for
/// changes without an event, and for events without a change. Where the database is a server, it is also killed every
/// third time.
/// </summary>
sealed record TrailRun(int Seed, int Kills, int People, Engine Engine = Engine.Sqlite)
{
    static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(400);

    public async Task<TrailResult> RunAsync(CancellationToken cancel)
    {
        await using var service = await Service.StartAsync(TimeSpan.FromSeconds(3), Engine);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var changes = new int[People];
        var people = Enumerable.Range(0, People).Select(person => ActAsync(service.Address, person, changes, enough.Token)).ToList();

        var random = new Random(Seed);
        var wrong = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var before = changes.Sum();
            await Task.Delay(Longest * random.NextDouble(), cancel);
            // A kill shows nothing if nobody is changing anything.
            await Eventually.TrueAsync(() => changes.Sum() != before, "somebody changes something");
            if (kill % 3 == 2) await service.Database.KillAsync();
            await service.RestartAsync(whileDown: () => wrong.AddRange(service.Database.CheckTrail()));
        }

        await enough.CancelAsync();
        await Task.WhenAll(people);
        wrong.AddRange(service.Database.CheckTrail());
        return new TrailResult(Kills, changes.Sum(), service.Database.CountEvents(), wrong);
    }

    /// <summary>One person, who keeps trying when nobody answers.</summary>
    static async Task ActAsync(Uri address, int person, int[] changes, CancellationToken cancel)
    {
        var (random, email) = (new Random(person), $"person{person}@example.com");
        var passwords = new[] { HandstampClient.Password, "another unusual sentence" };
        using var client = new HandstampClient(address);
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                using (await client.PostAsync("register", new { email, password = passwords[0] })) { }
                var tokens = await LogInAsync(client, email, passwords);
                if (tokens is not null && await EndAsync(client, tokens, random.Next(4), passwords)) changes[person]++;
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidOperationException)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    /// <summary>Logs in with either password: the answer to a password change may have been lost.</summary>
    static async Task<string?> LogInAsync(HandstampClient client, string email, string[] passwords)
    {
        foreach (var password in passwords)
        {
            using var answer = await client.PostAsync("login", new { email, password });
            if (!answer.IsSuccessStatusCode) continue;
            if (password != passwords[0]) Array.Reverse(passwords);
            return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("access_token").GetString();
        }
        return null;
    }

    static async Task<bool> EndAsync(HandstampClient client, string accessToken, int how, string[] passwords)
    {
        using var answer = how switch
        {
            0 => await client.SendAsync(HttpMethod.Post, "logout", accessToken),
            1 => await client.SendAsync(HttpMethod.Post, "logout/all", accessToken),
            2 => await client.PostAsync("password/change", new { current_password = passwords[0], new_password = passwords[1] }, accessToken),
            // The session stays, and ends with the others.
            _ => await client.SendAsync(HttpMethod.Get, "sessions", accessToken),
        };
        return answer.IsSuccessStatusCode;
    }
}

/// <param name="Kills">How often it was killed.</param>
/// <param name="Changes">Acknowledged.</param>
/// <param name="Events">In the trail at the end.</param>
/// <param name="Wrong">Changes without an event, and events without a change.</param>
sealed record TrailResult(int Kills, int Changes, long Events, IReadOnlyList<string> Wrong);
