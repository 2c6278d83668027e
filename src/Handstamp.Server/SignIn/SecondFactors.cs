using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Http;

namespace Handstamp.Server.SignIn;

/// <summary>
/// The code of an authenticator app. An account that has to add one to log in confirms it with its first code.
/// </summary>
sealed class TotpFactor(SecondFactorOperations factors, SecondFactorCodes codes) : IFactor
{
    public string Name => SecondFactorKinds.Totp;

    public IReadOnlyList<string> Methods { get; } = [FactorMethods.OneTimeCode];

    public async ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel) => await codes.HasTotpAsync(accountId, cancel);

    public async Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel)
    {
        if (attempt is null) return SecondFactor.NotFirst;
        return SecondFactor.Outcome(attempt, await codes.HasTotpAsync(attempt.AccountId, cancel)
            ? await codes.UseTotpAsync(attempt.AccountId, answer.Value, cancel)
            : await ConfirmAsync(answer, attempt.AccountId, cancel));
    }

    // The tokens of the login are the answer, so new recovery codes could not be shown.
    async Task<Refusal?> ConfirmAsync(FactorAnswer answer, Guid accountId, CancellationToken cancel)
    {
        var confirmed = await factors.ConfirmTotpAsync(accountId, answer.Value, name: null, withCodes: false, answer.By, cancel);
        return confirmed.Has(out _, out var refusal) ? null : refusal;
    }
}

/// <summary>A recovery code.</summary>
sealed class RecoveryCodeFactor(SecondFactorCodes codes) : IFactor
{
    public string Name => SecondFactorKinds.RecoveryCode;

    public IReadOnlyList<string> Methods { get; } = [FactorMethods.OneTimeCode];

    public async ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel) => await codes.HasCodesAsync(accountId, cancel);

    public async Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel) => attempt is null
        ? SecondFactor.NotFirst
        : SecondFactor.Outcome(attempt, await codes.UseRecoveryCodeAsync(attempt.AccountId, answer.Value, answer.By, cancel));
}

/// <summary>What factors have in common that cannot say who a person is.</summary>
static class SecondFactor
{
    /// <summary>The refusal at the beginning of a sign-in.</summary>
    public static readonly FactorOutcome NotFirst =
        new FactorOutcome.Refused(new Refusal(Problems.InvalidRequest, "A login does not begin with this factor."));

    public static FactorOutcome Outcome(SignInAttempt attempt, Refusal? refusal) => refusal is null
        ? new FactorOutcome.Right(attempt.AccountId, attempt.SecurityStamp)
        : new FactorOutcome.Refused(refusal);
}
