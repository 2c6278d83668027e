using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.SignIn;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>A factor that exists only in the tests: a code, which is always the same. It cannot identify a person.</summary>
sealed class CodeFactor(string name, IAccountStore accounts) : IFactor
{
    public const string Code = "123456";

    public static readonly Refusal Wrong = new(Problems.InvalidCredentials, "The code is wrong.");

    public string Name => name;

    public IReadOnlyList<string> Methods { get; } = [name];

    /// <summary>Whether accounts have this factor.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>The account to which it attributes an answer, if not the attempt's.</summary>
    public Guid? Mistaken { get; set; }

    public ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel) => ValueTask.FromResult(IsOn);

    public async Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel)
    {
        if (attempt is null || answer.Value != Code) return new FactorOutcome.Refused(Wrong);
        var account = await accounts.FindAsync(Mistaken ?? attempt.AccountId, cancel);
        return new FactorOutcome.Right(account!.Id, account.SecurityStamp);
    }
}
