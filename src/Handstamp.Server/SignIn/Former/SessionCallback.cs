using System.Text.Json;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.SignIn.Former;

/// <summary>The callback at <c>FormerSystem:SessionUrl</c>.</summary>
sealed class SessionCallback(FormerCallback callback, IOptions<FormerSystemOptions> options) : IFormerSessions
{
    public async Task<FormerSession?> FindAsync(string refreshToken, CancellationToken cancel)
    {
        var question = new SessionQuestion { RefreshToken = refreshToken };
        var body = await callback.AskAsync(options.Value.SessionUrl!, question, FormerSessionJson.Default.SessionQuestion, cancel);
        if (body is null) return null;
        var answer = Read(body);
        return new FormerSession
        {
            AccountId = answer.Id,
            Email = answer.Email,
            Username = answer.Username,
            AuthenticatedAt = answer.AuthTime is { } seconds ? TimeOf(seconds) : null,
            AuthenticationMethods = answer.Amr ?? [],
        };
    }

    static SessionAnswer Read(byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, FormerSessionJson.Default.SessionAnswer) is { } answer) return answer;
        }
        catch (JsonException)
        {
            // The text could have anything in it.
        }
        throw new CallFailedException("its answer is not what it has to be");
    }

    static DateTimeOffset TimeOf(long seconds) =>
        seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new CallFailedException("its answer has a time that does not exist");
}
