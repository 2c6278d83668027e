using System.CommandLine;
using Handstamp.Server.Accounts;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp user …</c>: the accounts.</summary>
static class UserCommands
{
    const int Page = 500;

    static readonly Columns<ShownAccount> Columns = new()
    {
        { "E-mail", account => account.Email },
        { "Id", account => account.Id.ToString() },
        { "Roles", account => string.Join(", ", account.Roles) },
        { "Created", account => account.CreatedAt.Show() },
        { "Disabled", account => account.DisabledAt.Show() },
    };

    static readonly Argument<string> Who = new("ACCOUNT") { Description = "The e-mail address, or the id." };

    public static Command Create() => new("user", "The accounts.")
    {
        GlobalOptions.Json,
        Add(),
        List(),
        OnAccount(new("show", "Show an account."), (_, _, account) => Task.FromResult(account)),
        OnAccount(new("disable", "End an account's sessions and let it in no more."),
            async (_, accounts, account) => (await accounts.DisableAsync(account)).OrFail()),
        OnAccount(new("enable", "Let a disabled account in again."),
            async (_, accounts, account) => (await accounts.EnableAsync(account)).OrFail()),
        Delete(),
        SetPassword(),
        SetRoles(),
        SetClaims(),
    };

    static Command Add()
    {
        var email = new Argument<string>("EMAIL");
        var roles = new Option<string[]>("--role") { Description = "A role for its access tokens; can be repeated.", HelpName = "ROLE" };
        var command = new Command("add", "Add an account.") { email, roles };
        var password = new NewPassword(command);
        return command.OnNewDatabase(async (parsed, service, cancel) =>
        {
            var (secret, isGenerated) = password.Get(parsed);
            var outcome = await service.Get<AccountOperations>()
                .AddAsync(parsed.GetRequiredValue(email), secret, parsed.GetValue(roles) ?? [], cancel);
            Write(parsed, outcome.OrFail(), isGenerated ? secret : null);
        });
    }

    static Command List() => new Command("list", "List all accounts.").OnDatabase(async (parsed, service, cancel) =>
    {
        var accounts = new List<Account>();
        IReadOnlyList<Account> page;
        do
        {
            page = await service.Get<AccountOperations>().ListAsync(accounts.LastOrDefault(), Page, cancel);
            accounts.AddRange(page);
        }
        while (page.Count == Page);
        Answer.WriteRows(parsed, [.. accounts.Select(ShownAccount.Of)], CommandJson.Readable.IReadOnlyListShownAccount, Columns);
    });

    static Command Delete()
    {
        var yes = Confirmation.Option();
        var command = new Command("delete", "End an account's sessions and delete it.") { Who, yes };
        return command.OnDatabase(async (parsed, service, cancel) =>
        {
            var account = await service.FindAccountAsync(parsed.GetRequiredValue(Who), cancel);
            Confirmation.Demand(parsed.GetValue(yes), $"Delete {account.Email} for good?");
            (await service.Get<AccountOperations>().DeleteAsync(account)).OrFail();
            Answer.WriteDone(parsed, $"Deleted {account.Email}.");
        });
    }

    static Command SetPassword()
    {
        var command = new Command("set-password", "Set an account's password and end its sessions.") { Who };
        var password = new NewPassword(command);
        return command.OnDatabase(async (parsed, service, cancel) =>
        {
            var account = await service.FindAccountAsync(parsed.GetRequiredValue(Who), cancel);
            var (secret, isGenerated) = password.Get(parsed);
            var outcome = await service.Get<AccountOperations>().SetPasswordAsync(account, secret, keptSession: null, cancel);
            Write(parsed, outcome.OrFail(), isGenerated ? secret : null);
        });
    }

    static Command SetRoles()
    {
        var roles = new Argument<string[]>("ROLES") { Description = "All that it shall have; none takes them away." };
        return OnAccount(new("set-roles", "Replace an account's roles."), async (parsed, accounts, account) =>
            (await accounts.SetRolesAsync(account, parsed.GetValue(roles) ?? [])).OrFail(), roles);
    }

    static Command SetClaims()
    {
        var claims = new Argument<string[]>("NAME=VALUE") { Description = "All that it shall have; none takes them away." };
        claims.Validators.Add(given =>
        {
            if (given.Tokens.FirstOrDefault(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
                given.AddError($"'{wrong.Value}' is not NAME=VALUE.");
        });
        return OnAccount(new("set-claims", "Replace an account's own claims."), async (parsed, accounts, account) =>
            (await accounts.SetClaimsAsync(account, [.. (parsed.GetValue(claims) ?? []).Select(Claim)])).OrFail(), claims);
    }

    static AccountClaim Claim(string text)
    {
        var parts = text.Split('=', 2);
        return new AccountClaim(parts[0], parts[1]);
    }

    /// <summary>A command that finds the account, does something to it, and shows what it is then.</summary>
    static Command OnAccount(
        Command command, Func<ParseResult, AccountOperations, Account, Task<Account>> run, params Argument[] more)
    {
        command.Add(Who);
        foreach (var argument in more) command.Add(argument);
        return command.OnDatabase(async (parsed, service, cancel) =>
        {
            var account = await service.FindAccountAsync(parsed.GetRequiredValue(Who), cancel);
            Write(parsed, await run(parsed, service.Get<AccountOperations>(), account));
        });
    }

    static void Write(ParseResult parsed, Account account, string? password = null) => Answer.Write(
        parsed, ShownAccount.Of(account) with { Password = password }, CommandJson.Readable.ShownAccount, Show);

    static void Show(ShownAccount account)
    {
        Console.Out.WriteLine($"{account.Email}{(account.DisabledAt is null ? "" : " (disabled)")}");
        Console.Out.WriteLine($"  id       {account.Id}");
        Console.Out.WriteLine($"  created  {account.CreatedAt.Show()}");
        if (account.DisabledAt is { } disabled) Console.Out.WriteLine($"  disabled {disabled.Show()}");
        if (account.Roles.Count > 0) Console.Out.WriteLine($"  roles    {string.Join(", ", account.Roles)}");
        foreach (var (name, value) in account.Claims) Console.Out.WriteLine($"  claim    {name}={value}");
        if (account.Password is { } password) Console.Out.WriteLine($"  password {password}");
    }
}
