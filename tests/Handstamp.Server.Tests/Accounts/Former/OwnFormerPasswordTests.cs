using System.Security.Cryptography;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Audit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Former;

/// <summary>An app that embeds the service checks old passwords itself, and what the hash is stored as.</summary>
public sealed class OwnFormerPasswordTests
{
    const string Old = "tulip";

    [Fact]
    public async Task An_app_can_check_old_passwords_itself()
    {
        var asked = new List<FormerAccount>();
        await using var app = await StartAsync((account, password) =>
        {
            asked.Add(account);
            return password == Old;
        });
        var account = await AddAsync(app);

        using var wrong = await app.PostAsync("/login", new { email = HandstampApp.Email, password = "rose" });
        await app.LoginAsync(password: Old);
        await app.LoginAsync(password: Old);

        Assert.Equal("invalid_credentials", (await ProblemAnswer.ReadAsync(wrong)).Code);
        Assert.Equal([account.Id, account.Id], asked.Select(one => one.Id));
        Assert.Equal(HandstampApp.Email, asked[0].Email);
    }

    [Fact]
    public async Task What_an_app_throws_says_nothing_and_is_not_quoted()
    {
        await using var app = await StartAsync((_, password) => throw new InvalidOperationException($"The password {password} is odd."));
        await AddAsync(app);

        using var answer = await app.PostAsync("/login", new { email = HandstampApp.Email, password = Old });

        Assert.Equal("former_system_unavailable", (await ProblemAnswer.ReadAsync(answer)).Code);
        Assert.Contains(app.Logs.Lines, line => line.Contains("it has thrown InvalidOperationException", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(Old, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sealing_leaves_what_is_no_hash_and_seals_the_new_hash()
    {
        await using var app = await StartAsync((_, password) => password == Old, new()
        {
            ["Keys:SealPasswords"] = "true",
            ["Keys:MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        });
        var account = await AddAsync(app);

        Assert.Equal((0, 0), await app.Get<PasswordSealing>().RunAsync(Origin.Operator, default));
        Assert.Equal(Account.FormerPassword, await HashAsync(app, account));
        await app.LoginAsync(password: Old);

        Assert.StartsWith("$sealed$", await HashAsync(app, account), StringComparison.Ordinal);
        await app.LoginAsync(password: Old);
    }

    static Task<HandstampApp> StartAsync(Func<FormerAccount, string, bool> check, Dictionary<string, string?>? settings = null) =>
        HandstampApp.StartAsync(settings, services: services => services.AddSingleton<IFormerPasswords>(new Own(check)));

    static async Task<Account> AddAsync(HandstampApp app)
    {
        var account = TestAccounts.Account(Account.FormerPassword, HandstampApp.Email);
        Assert.True(await app.Get<IAccountStore>().TryCreateAsync(account));
        return account;
    }

    static async Task<string?> HashAsync(HandstampApp app, Account account) =>
        (await app.Get<IAccountStore>().FindAsync(account.Id, default))!.PasswordHash;

    sealed class Own(Func<FormerAccount, string, bool> check) : IFormerPasswords
    {
        public async Task<bool> IsRightAsync(FormerAccount account, string password, CancellationToken cancel)
        {
            await Task.Yield();
            return check(account, password);
        }
    }
}
