using System.Diagnostics.CodeAnalysis;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.SignIn.Former;

/// <summary>Asks the former system about its refresh tokens, until the day of the settings, and never for long.</summary>
sealed class FormerSessions(
    IEnumerable<IFormerSessions> own, SessionCallback callback, IOptions<FormerSystemOptions> options, TimeProvider clock,
    ILogger<FormerSessions> log) : IDisposable
{
    readonly IFormerSessions? _source = own.LastOrDefault() ?? (options.Value.SessionUrl is null ? null : callback);
    readonly FormerCalls _calls = new(clock);

    /// <summary>Whether sessions can come along now. Without a last day, none can.</summary>
    [MemberNotNullWhen(true, nameof(_source))]
    public bool IsOn(DateTimeOffset now) => _source is not null && options.Value.Until is not null && !options.Value.IsOver(now);

    /// <summary>The session of a token; none if the former system does not accept it; or that it is not known now.</summary>
    public async Task<(FormerSession? Session, bool IsKnown)> FindAsync(string refreshToken)
    {
        if (!IsOn(clock.Now())) return (null, IsKnown: true);
        var (session, failure) = await _calls.TryAsync(cancel => _source.FindAsync(refreshToken, cancel));
        if (failure is not null) log.SessionNotChecked(failure);
        return (session, failure is null);
    }

    public void Dispose() => _calls.Dispose();
}
