using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;

namespace Handstamp.Server.Sessions;

/// <summary>The message to the owner of an account when a session ends because two parties use it.</summary>
interface IReuseNotices
{
    /// <summary>The message, which is written with the end of the session; null if there is none.</summary>
    Task<OutboxEntry?> OfReuseAsync(Guid accountId, Origin by, DateTimeOffset at);
}

/// <summary>It is a mail.</summary>
sealed class MailedReuseNotices(MailNotices notices) : IReuseNotices
{
    public Task<OutboxEntry?> OfReuseAsync(Guid accountId, Origin by, DateTimeOffset at) =>
        notices.OfSessionAsync(MailKind.SessionReused, accountId, by, at);
}

/// <summary>For a service that sends no messages.</summary>
sealed class NoReuseNotices : IReuseNotices
{
    public Task<OutboxEntry?> OfReuseAsync(Guid accountId, Origin by, DateTimeOffset at) => Task.FromResult<OutboxEntry?>(null);
}
