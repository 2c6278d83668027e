using System.Globalization;

namespace Handstamp.Host.Tests;

/// <summary>Follows the feed of a service in development as far as it goes now.</summary>
static class RevocationFeed
{
    /// <summary>The numbers that come, up to the first heartbeat.</summary>
    public static async Task<IReadOnlyList<long>> ReadAsync(Uri service, long after)
    {
        using var http = new HttpClient { BaseAddress = service };
        http.DefaultRequestHeaders.Add("Last-Event-ID", after.ToString(CultureInfo.InvariantCulture));
        using var lines = new StreamReader(await http.GetStreamAsync(new Uri("revocations", UriKind.Relative)));
        var numbers = new List<long>();
        while (await lines.ReadLineAsync() is { } line and not "event: heartbeat")
            if (line.StartsWith("id: ", StringComparison.Ordinal)) numbers.Add(long.Parse(line.AsSpan(4), CultureInfo.InvariantCulture));
        return numbers;
    }
}
