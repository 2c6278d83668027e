namespace Handstamp.Server.Accounts;

/// <summary>Brings the stored password hashes to what <c>Keys:SealPasswords</c> says. The ring has to be open.</summary>
sealed class PasswordSealing(IAccountStore accounts, PasswordSeal seal)
{
    const int Page = 500;

    /// <summary>
    /// How many hashes it has changed, and how many cannot be opened. It can be repeated after an interruption. A password that is
    /// changed meanwhile stays changed.
    /// </summary>
    public async Task<(long Changed, long Lost)> RunAsync(CancellationToken cancel)
    {
        var (changed, lost) = (0L, 0L);
        IReadOnlyList<Account> page = [];
        do
        {
            page = await accounts.ListAsync(page.Count == 0 ? null : page[^1].Id, Page, cancel);
            foreach (var account in page)
            {
                cancel.ThrowIfCancellationRequested();
                if (account.PasswordHash is not { } stored) continue;
                if (seal.Renew(stored, account.Id, account.Id) is not { } renewed) lost++;
                else if (!seal.IsCurrent(stored) && await accounts.TryRehashAsync(account.Id, stored, renewed)) changed++;
            }
        }
        while (page.Count == Page);
        return (changed, lost);
    }
}
