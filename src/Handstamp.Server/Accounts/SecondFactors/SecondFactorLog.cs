using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>The log lines of the second factors. They contain no secret and no code.</summary>
static partial class SecondFactorLog
{
    [LoggerMessage(3060, LogLevel.Error,
        "The secret of the authenticator app {Id} of account {AccountId} cannot be decrypted: its row was changed, or the key ring was deleted. `handstamp user reset-factors` removes it")]
    public static partial void SecretNotOpened(this ILogger log, Guid id, Guid accountId);
}
