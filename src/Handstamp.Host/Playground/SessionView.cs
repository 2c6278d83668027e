using System.Text.Json.Serialization;
using Handstamp.Server.Sessions;
using SessionOptions = Handstamp.Server.Sessions.SessionOptions;

namespace Handstamp.Host.Playground;

/// <summary>The rotation state of a session, and the times on which the rule depends, in seconds.</summary>
sealed record SessionView(
    int Seen, int First, int Last, DateTimeOffset IssuedAt, double RetryWindow, double AccessTokenLifetime)
{
    public static SessionView Of(Session session, SessionOptions options)
    {
        var row = session.Rotation;
        return new(row.Seen, row.First, row.Last, row.IssuedAt,
            options.RetryWindow.TotalSeconds, options.AccessTokenLifetime.TotalSeconds);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(MailView))]
sealed partial class PlaygroundJson : JsonSerializerContext;
