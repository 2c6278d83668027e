using System.CommandLine;
using System.CommandLine.Parsing;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Audit;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp user …</c>: the accounts.</summary>
static class UserCommands
{
    static readonly Argument<string> Name = new("NAME") { Description = "The e-mail address or the username of the new account." };

    static readonly Argument<string> Username = new("USERNAME") { Description = "The new username." };

    static readonly Option<string[]> NewRoles = new("--role")
    {
        Description = "A role for the account's access tokens. Can be repeated.",
        HelpName = "ROLE",
    };

    static readonly Option<bool> Verified = new("--verified")
    {
        Description = "The address is known to be its owner's, so no mail has to show it.",
    };

    static readonly Argument<string[]> SomeRoles = new("ROLE") { Description = "A role. Can be repeated.", Arity = ArgumentArity.OneOrMore };

    static readonly Argument<string[]> Roles = new("ROLES") { Description = "The complete new list. Omit it to remove all roles." };

    static readonly Argument<string[]> Claims = new("NAME=VALUE")
    {
        Description = "The complete new list. Omit it to remove all claims.",
        Validators = { DemandPairs },
    };

    static readonly Columns<ShownAccount> Columns = new()
    {
        { "Name", NameOf },
        { "Id", account => account.Id },
        { "Roles", account => string.Join(", ", account.Roles) },
        { "Created", account => account.CreatedAt.Show() },
        { "Disabled", account => account.DisabledAt.Show() },
    };

    static readonly Columns<ShownExternalLogin> ExternalColumns = new()
    {
        { "Provider", login => login.Provider },
        { "Label", login => login.Label ?? "" },
        { "Issuer", login => login.Issuer },
        { "Subject", login => login.Subject },
        { "Created", login => login.CreatedAt.Show() },
        { "Last used", login => login.LastUsedAt.Show() },
    };

    public static Command Create() => new("user", "Manage accounts.")
    {
        GlobalOptions.Json,
        new Command("add", "Add an account.") { Name, NewRoles, Verified }.TakingPassword().OnNewDatabase(AddAsync),
        new Command("list", "List the accounts.") { Lists.Search, Lists.Limit }.OnDatabase(ListAsync),
        new Command("show", "Show an account.") { Accounts.Who }
            .OnAccount((_, _, account) => Task.FromResult<AccountOutcome>(new AccountOutcome.Done(account))),
        new Command("external", "List the external logins of an account.") { Accounts.Who }.OnDatabase(ListExternalAsync),
        new Command("disable", "Disable an account. Its sessions end, and it cannot log in.") { Accounts.Who }
            .OnAccount((_, accounts, account) => accounts.DisableAsync(account, Origin.Operator)),
        new Command("enable", "Enable a disabled account. It can log in again.") { Accounts.Who }
            .OnAccount((_, accounts, account) => accounts.EnableAsync(account, Origin.Operator)),
        new Command("restore", "Keep an account that its owner wanted to delete.") { Accounts.Who }.OnDatabase(RestoreAsync),
        new Command("delete", "Delete an account. Its sessions end.") { Accounts.Who, Confirmation.Yes }
            .OnDatabase(DeleteAsync),
        new Command("set-password", "Set the password of an account. Its sessions end.") { Accounts.Who }
            .TakingPassword().OnDatabase(SetPasswordAsync),
        new Command("set-username", "Set the username of an account, in place of the one that it has.") { Accounts.Who, Username }
            .OnDatabase(SetUsernameAsync),
        new Command("set-roles", "Replace the roles of an account.") { Accounts.Who, Roles }
            .OnAccount((parsed, accounts, account) => accounts.SetRolesAsync(account, parsed.GetValue(Roles) ?? [], Origin.Operator)),
        new Command("add-role", "Give an account more roles.") { Accounts.Who, SomeRoles }
            .OnAccount((parsed, accounts, account) => accounts.AddRolesAsync(account, parsed.GetRequiredValue(SomeRoles), Origin.Operator)),
        new Command("remove-role", "Take roles from an account.") { Accounts.Who, SomeRoles }.OnAccount(RemoveRolesAsync),
        new Command("set-claims", "Replace the custom claims of an account.") { Accounts.Who, Claims }
            .OnAccount((parsed, accounts, account) =>
                accounts.SetClaimsAsync(account, [.. (parsed.GetValue(Claims) ?? []).Select(Claim)], Origin.Operator)),
        FactorCommands.CreateList(),
        FactorCommands.CreateReset(),
        PasskeyCommands.List(),
        PasskeyCommands.Remove(),
    };

    static void DemandPairs(ArgumentResult given)
    {
        foreach (var token in given.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            given.AddError($"'{token.Value}' must have the form NAME=VALUE.");
    }

    static AccountClaim Claim(string text)
    {
        var parts = text.Split('=', 2);
        return new AccountClaim(parts[0], parts[1]);
    }

    static async Task AddAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var (name, roles, accounts) = (parsed.GetRequiredValue(Name), parsed.GetValue(NewRoles) ?? [], service.Get<AccountOperations>());
        // Before a person types a password for nothing.
        if (await accounts.FaultAsync(name, roles, cancel) is { } fault) fault.OrFail();
        var (password, isGenerated) = NewPassword.Get(parsed);
        await service.OpenSealAsync(cancel);
        var added = await accounts.AddAsync(name, password, roles, parsed.GetValue(Verified), Origin.Operator, cancel);
        Write(parsed, added.OrFail(), isGenerated ? password : null);
    }

    static async Task SetUsernameAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(parsed.GetRequiredValue(Accounts.Who), cancel);
        var changed = await service.Get<UsernameOperations>().SetAsync(account, parsed.GetRequiredValue(Username), Origin.Operator);
        Write(parsed, changed.OrFail());
    }

    static async Task SetPasswordAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(parsed.GetRequiredValue(Accounts.Who), cancel);
        var (password, isGenerated) = NewPassword.Get(parsed);
        await service.OpenSealAsync(cancel);
        var changed = await service.Get<AccountOperations>()
            .SetPasswordAsync(account, password, HashingQueue.Operator, Origin.Operator, cancel);
        Write(parsed, changed.OrFail(), isGenerated ? password : null);
    }

    static Task ListAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var accounts = Paging.ReadAllAsync<Account>(service.Get<AccountOperations>().ListAsync, cancel);
        return Lists.WriteAsync(parsed, accounts.Select(ShownAccount.Of), CommandJson.Readable.IReadOnlyListShownAccount, Columns);
    }

    static Task<AccountOutcome> RemoveRolesAsync(ParseResult parsed, AccountOperations accounts, Account account)
    {
        var roles = parsed.GetRequiredValue(SomeRoles);
        // It may be mistyped, and then the account keeps a role.
        if (roles.Except(account.Claims.Roles).FirstOrDefault() is { } other)
            throw CommandFailedException.NotFound(account.Claims.Roles is { Count: > 0 } has
                ? $"{account.Label} does not have the role {other}. Its roles are: {string.Join(", ", has)}."
                : $"{account.Label} has no roles.");
        return accounts.RemoveRolesAsync(account, roles, Origin.Operator);
    }

    static async Task ListExternalAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(parsed.GetRequiredValue(Accounts.Who), cancel);
        var logins = await service.Get<ExternalLoginOperations>().ListAsync(account.Id, cancel);
        ShownExternalLogin[] shown = [.. logins.Select(ShownExternalLogin.Of)];
        Answer.WriteRows(parsed, shown, CommandJson.Readable.IReadOnlyListShownExternalLogin, ExternalColumns);
    }

    static async Task DeleteAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(parsed.GetRequiredValue(Accounts.Who), cancel);
        Confirmation.Demand(parsed, $"Delete {account.Label} permanently?");
        (await service.Get<AccountOperations>().DeleteAsync(account, Origin.Operator)).OrFail();
        Answer.WriteDone(parsed, $"Deleted {account.Label}.");
    }

    static async Task RestoreAsync(ParseResult parsed, OpenService service, CancellationToken cancel)
    {
        var account = await service.FindAccountAsync(parsed.GetRequiredValue(Accounts.Who), cancel);
        if (await service.Get<DeletionOperations>().CancelAsync(account.Id, stamp: null, Origin.Operator)) Answer.WriteDone(parsed, $"Kept {account.Label}.");
        else throw new CommandFailedException($"{account.Label} is not to be deleted.");
    }

    /// <summary>Finds the account, changes it, and shows the result.</summary>
    static Command OnAccount(
        this Command command, Func<ParseResult, AccountOperations, Account, Task<AccountOutcome>> run) =>
        command.OnDatabase(async (parsed, service, cancel) =>
        {
            var account = await service.FindAccountAsync(parsed.GetRequiredValue(Accounts.Who), cancel);
            Write(parsed, (await run(parsed, service.Get<AccountOperations>(), account)).OrFail());
        });

    static void Write(ParseResult parsed, Account account, string? password = null) => Answer.Write(
        parsed, ShownAccount.Of(account) with { Password = password }, CommandJson.Readable.ShownAccount, Show);

    static string NameOf(ShownAccount account) => account switch
    {
        { Email: { } email, Username: { } username } => $"{email} ({username})",
        _ => account.Email ?? account.Username ?? "",
    };

    static void Show(ShownAccount account)
    {
        Answer.Line($"{account.Email ?? account.Username ?? account.Id.ToString()}{(account.DisabledAt is null ? "" : " (disabled)")}");
        Answer.Line($"  id       {account.Id}");
        Answer.Line($"  created  {account.CreatedAt.Show()}");
        if (account is { Email: not null, Username: { } username }) Answer.Line($"  username {username}");
        if (account.EmailVerified) Answer.Line("  verified yes");
        if (account.DisabledAt is { } disabled) Answer.Line($"  disabled {disabled.Show()}");
        if (account.DeleteAt is { } deleted) Answer.Line($"  deleted  {deleted.Show()}, as its owner wants");
        if (account.TermsVersion is { } terms) Answer.Line($"  terms    {terms}, accepted {account.TermsAcceptedAt.Show()}");
        if (account.Roles.Count > 0) Answer.Line($"  roles    {string.Join(", ", account.Roles)}");
        foreach (var (name, values) in account.Claims)
            foreach (var value in values) Answer.Line($"  claim    {name}={value}");
        if (account.Password is { } password) Answer.Line($"  password {password}");
    }
}
