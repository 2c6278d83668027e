using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Http;

namespace Handstamp.Server.SignIn;

/// <summary>
/// The person keeps an account that is to be deleted: the last step of a login, after all factors. It proves nothing about the
/// person, so it adds nothing to <c>amr</c>.
/// </summary>
sealed class RestoreFactor(DeletionOperations deletions) : IFactor
{
    public const string FactorName = "restore";

    public string Name => FactorName;

    public IReadOnlyList<string> Methods { get; } = [];

    public ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel) => ValueTask.FromResult(false);

    public async Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel) =>
        attempt is null ? SecondFactor.NotFirst
        : await deletions.CancelAsync(attempt.AccountId, attempt.SecurityStamp, answer.By) ? SecondFactor.Outcome(attempt, refusal: null)
        : new FactorOutcome.Refused(Problems.MfaTokenInvalid);
}
