using System.Diagnostics;
using System.Globalization;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class CredentialsTests
{
    const string Wrong = "a purple umbrella";
    const string Elsewhere = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW";

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("ADA@Example.COM")]
    public async Task The_right_password_is_accepted_for_the_address_in_any_case(string email)
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountAsync();

        var outcome = await service.CheckAsync(email);

        Assert.Equal(account.Id, Assert.IsType<CredentialOutcome.Accepted>(outcome).Account.Id);
    }

    [Fact]
    public async Task Every_check_costs_exactly_one_verification_of_the_configured_cost()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:AccountFree=100");
        var account = await service.AddAccountAsync();
        var disabled = await service.AddAccountAsync("eve@example.com");
        await service.Operations.DisableAsync(disabled);
        await service.AddAccountWithHashAsync(null, "nobody@example.com");

        await CostsOneAsync<CredentialOutcome.Accepted>(service, account.Email!, TestAccounts.Password);
        await CostsOneAsync<CredentialOutcome.Wrong>(service, account.Email!, Wrong);
        await CostsOneAsync<CredentialOutcome.Wrong>(service, "unknown@example.com", Wrong);
        await CostsOneAsync<CredentialOutcome.Wrong>(service, "nobody@example.com", Wrong);
        await CostsOneAsync<CredentialOutcome.Wrong>(service, disabled.Email!, Wrong);
        await CostsOneAsync<CredentialOutcome.Disabled>(service, disabled.Email!, TestAccounts.Password);
    }

    [Theory]
    [InlineData("no address", TestAccounts.Password)]
    [InlineData(TestAccounts.Email, null)]
    public async Task An_impossible_address_or_password_is_neither_hashed_nor_counted(string email, string? password)
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:NetworkFree=1");

        var outcome = await service.CheckAsync(email, password ?? new string('x', 257));

        Assert.IsType<CredentialOutcome.Malformed>(outcome);
        Assert.Empty(service.Hasher.Verified);
        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync());
    }

    [Theory]
    [InlineData("$argon2id$v=19$m=4096,t=3,p=1$CUSYkYWGfn8TWJP20Z4oHA$0lQ7ufvTROJ1HsOkNf0rJ7Ff0E0wFNlK31oNXS3N4Vg")]
    [InlineData("$argon2id$v=19$m=7168,t=1,p=1$CUSYkYWGfn8TWJP20Z4oHA$0lQ7ufvTROJ1HsOkNf0rJ7Ff0E0wFNlK31oNXS3N4Vg")]
    [InlineData("$argon2id$v=19$m=7167,t=5,p=1$CUSYkYWGfn8TWJP20Z4oHA$0lQ7ufvTROJ1HsOkNf0rJ7Ff0E0wFNlK31oNXS3N4Vg")]
    [InlineData("$argon2id$v=19$m=7168,t=5,p=1$CUSYkYWGfn8TWJP20Z4oHA$0lQ7ufvTROJ1HsOkNf0rJ7Ff0E0wFNlK31oNXS3N4Vg")]
    public async Task A_wrong_password_is_the_same_work_when_the_hash_has_an_older_lower_cost(string hash)
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountWithHashAsync(hash);

        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(password: Wrong));
        var known = WorkOf(service);
        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync("unknown@example.com", Wrong));
        var unknown = WorkOf(service);

        // Memory times passes; all passes over the remaining memory have the same size.
        Assert.InRange(known, unknown - 5, unknown);
        Assert.Equal(7168 * 5, unknown);
    }

    // Otherwise, the fastest answers would reveal the accounts with the weakest hashes.
    [Theory]
    [InlineData("{SSHA}6fNhb7XWih0mGyGmFzJLJjojaESsdS4F", 0)]
    [InlineData("$1$abcdefgh$/vef69gdtGgcfGayVW/EU1", 1300)]
    [InlineData("$6$90mzTRzz82sfNR/j$AR606q.hiQH0zSaV66Psz5MK1uYsFMSHS.Cc7hJNHtRfaZRta/Un/M618tvW/hyT3VPCuByLoHJ.BxaZdXScZ.", 10_000)]
    [InlineData("what some program has written", 0)]
    public async Task A_wrong_password_is_the_same_work_when_an_imported_hash_is_fast(string hash, int estimated)
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountWithHashAsync(hash);

        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(password: Wrong));

        Assert.True(service.Hasher.Verified.TryDequeue(out var first));
        Assert.Equal(hash, first);
        Assert.InRange(WorkOf(service), (7168 * 5) - estimated - 5, (7168 * 5) - estimated);
    }

    [Fact]
    public async Task An_imported_hash_is_replaced_at_the_first_good_login_and_no_session_ends()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountWithHashAsync(Elsewhere);
        var session = await service.BeginSessionAsync(account);

        await service.CheckAsync(password: Wrong);
        Assert.Equal(Elsewhere, (await service.FindAsync(account.Id))!.PasswordHash);

        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(password: "my password"));
        var renewed = (await service.FindAsync(account.Id))!;
        Assert.StartsWith("$argon2id$v=19$m=7168,t=5,p=1$", renewed.PasswordHash, StringComparison.Ordinal);
        Assert.Equal(account.SecurityStamp, renewed.SecurityStamp);
        Assert.Null(await service.EndOfAsync(session));

        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(password: "my password"));
        Assert.Equal(1, service.Hasher.Hashed);
    }

    [Fact]
    public async Task A_renewal_that_comes_too_late_loses_to_the_change_it_did_not_see()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountWithHashAsync(Elsewhere);
        service.Hasher.BeforeVerifying = () => Assert.True(service.Store.TryRehashAsync(
            account.Id, account.PasswordHash!, "changed meanwhile").GetAwaiter().GetResult());

        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(password: "my password"));

        Assert.Equal("changed meanwhile", (await service.FindAsync(account.Id))!.PasswordHash);
    }

    static int WorkOf(AccountService service)
    {
        var work = service.Hasher.Verified.Sum(hash => hash.Split('$')[3].Split(',') is [var memory, var passes, _]
            ? int.Parse(memory.AsSpan(2), CultureInfo.InvariantCulture) * int.Parse(passes.AsSpan(2), CultureInfo.InvariantCulture)
            : throw new UnreachableException());
        service.Hasher.Verified.Clear();
        return work;
    }

    static async Task CostsOneAsync<TOutcome>(AccountService service, string email, string password)
    {
        service.Hasher.Verified.Clear();
        var hashed = service.Hasher.Hashed;

        Assert.IsType<TOutcome>(await service.CheckAsync(email, password));

        var verified = Assert.Single(service.Hasher.Verified);
        Assert.StartsWith("$argon2id$v=19$m=7168,t=5,p=1$", verified, StringComparison.Ordinal);
        Assert.Equal(hashed, service.Hasher.Hashed);
    }
}
