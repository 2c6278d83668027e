using Microsoft.AspNetCore.Identity;

namespace Handstamp.Server.Accounts;

/// <summary>What every account that is written has to fulfil. That its address is free is the store's to say.</summary>
sealed class AccountValidator : IUserValidator<Account>
{
    public const string ErrorCode = "InvalidAccount";

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user) =>
        Task.FromResult((EmailAddress.Fault(user.Email) ?? user.Claims.Fault()) is { } fault
            ? IdentityResult.Failed(new IdentityError { Code = ErrorCode, Description = fault })
            : IdentityResult.Success);
}
