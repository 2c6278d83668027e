namespace Handstamp.Server.Accounts.Former;

/// <summary>
/// Checks passwords in the former system, for accounts that came along without a hash. An app that embeds the service can
/// register its own, as a singleton, in place of the callback of the settings.
/// </summary>
public interface IFormerPasswords
{
    /// <summary>
    /// Whether this is the account's password. An exception says that this is not known now: the attempt is not counted, and the
    /// person can try again. After the first right password, the account has a hash of its own, and nobody asks again.
    /// </summary>
    Task<bool> IsRightAsync(FormerAccount account, string password, CancellationToken cancel);
}
