using Handstamp.Server.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Former;

/// <summary>Asks the former system about passwords, for a limited time, and never for long.</summary>
sealed class FormerPasswords(
    IEnumerable<IFormerPasswords> own, PasswordCallback callback, IOptions<FormerSystemOptions> options, TimeProvider clock,
    ILogger<FormerPasswords> log) : IDisposable
{
    readonly IFormerPasswords? _source = own.LastOrDefault() ?? (options.Value.PasswordUrl is null ? null : callback);
    readonly FormerCalls _calls = new(clock);

    /// <summary>Whether this is the account's password in the former system; null if that is not known now. Nobody to ask is a wrong password.</summary>
    public async Task<bool?> IsRightAsync(Account account, string password)
    {
        if (_source is null || options.Value.IsOver(clock.Now()))
        {
            log.NobodyToAsk(account.Id);
            return false;
        }
        var known = new FormerAccount { Id = account.Id, Email = account.Email, Username = account.Username };
        var (isRight, failure) = await _calls.TryAsync(cancel => _source.IsRightAsync(known, password, cancel));
        if (failure is null) return isRight;
        log.PasswordNotChecked(account.Id, failure);
        return null;
    }

    public void Dispose() => _calls.Dispose();
}
