using System.Globalization;

namespace Handstamp.Host.Tests;

/// <summary>Follows the feed of a service in development up to the present.</summary>
static class RevocationFeed
{
    /// <summary>The ids that arrive before the first heartbeat.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(Uri service, string? after = null)
    {
        using var http = new HttpClient { BaseAddress = service };
        if (after is not null) http.DefaultRequestHeaders.Add("Last-Event-ID", after);
        using var lines = new StreamReader(await http.GetStreamAsync(new Uri("revocations", UriKind.Relative)));
        var ids = new List<string>();
        while (await lines.ReadLineAsync() is { } line and not "event: heartbeat")
            if (line.StartsWith("id: ", StringComparison.Ordinal)) ids.Add(line[4..]);
        return ids;
    }

    public static string EpochOf(string id) => id.Split('-')[0];

    public static long NumberOf(string id) => long.Parse(id.Split('-')[1], CultureInfo.InvariantCulture);
}
