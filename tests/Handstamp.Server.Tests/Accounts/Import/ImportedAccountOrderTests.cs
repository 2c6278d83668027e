using Handstamp.Server.Accounts.Import;
using Xunit;
using static Handstamp.Server.Tests.Accounts.Import.TestUsers;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>Which fault is said of a user who has several: the first one.</summary>
public sealed class ImportedAccountOrderTests
{
    static readonly DateTimeOffset TooEarly = DateTimeOffset.UnixEpoch.AddTicks(-1);

    // Longer than any hash.
    static readonly string NoHash = new('$', 1025);

    [Fact]
    public void The_id_comes_before_the_times_the_names_and_the_hash()
    {
        Says("invalid_id", new() { Id = Guid.Empty, CreatedAt = TooEarly, Email = "ada", PasswordHash = NoHash });
        Says("invalid_time", new() { CreatedAt = TooEarly, Email = "ada", PasswordHash = NoHash });
        Says("invalid_email", new() { Email = "ada", PasswordHash = NoHash, Roles = ["no role!"] });
        Says("invalid_password_hash", new() { Email = Ada, PasswordHash = NoHash, Roles = ["no role!"] });
    }

    [Fact]
    public void The_claims_come_before_the_terms_and_the_factors()
    {
        Says("invalid_claims", new() { Email = Ada, Roles = ["no role!"], TermsVersion = "", Totp = [null!] });
        Says("invalid_terms", new() { Email = Ada, TermsVersion = "", Totp = [null!] });
        Says("invalid_totp", new() { Email = Ada, Totp = [null!], Passkeys = [null!], RecoveryCodes = [""] });
        Says("invalid_passkey", new() { Email = Ada, Passkeys = [null!], RecoveryCodes = [""] });
        Says("invalid_recovery_codes", new() { Email = Ada, Passkeys = [], RecoveryCodes = [""] });
    }

    static void Says(string code, PortableUser user)
    {
        Assert.False(ImportedAccount.TryCreate(user, Domain, Now, out _, out var refused));
        Assert.Equal(code, refused.Code);
    }
}
