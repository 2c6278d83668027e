using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Former;

/// <summary>The callback at <c>FormerSystem:PasswordUrl</c>.</summary>
sealed class PasswordCallback(FormerCallback callback, IOptions<FormerSystemOptions> options) : IFormerPasswords
{
    public async Task<bool> IsRightAsync(FormerAccount account, string password, CancellationToken cancel)
    {
        var question = new PasswordQuestion { Id = account.Id, Email = account.Email, Username = account.Username, Password = password };
        return await callback.AskAsync(options.Value.PasswordUrl!, question, FormerJson.Default.PasswordQuestion, cancel) is not null;
    }
}
