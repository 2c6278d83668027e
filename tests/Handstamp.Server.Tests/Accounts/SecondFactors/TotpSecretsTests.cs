using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Keys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>How secrets are encrypted: one that was stored once has to be opened by every later version.</summary>
public sealed class TotpSecretsTests
{
    static readonly Guid Account = new("00112233-4455-6677-8899-aabbccddeeff");
    static readonly Guid Row = new("10213243-5465-7687-98a9-bacbdcedfe0f");

    // "totp ", and both ids as they are written.
    static readonly byte[] Label = Convert.FromHexString("746F747020" + "00112233445566778899AABBCCDDEEFF" + "102132435465768798A9BACBDCEDFE0F");

    static readonly byte[] Secret = [1, 2, 3];

    [Fact]
    public async Task A_secret_is_encrypted_for_its_account_and_its_row()
    {
        await using var app = await HandstampApp.StartAsync();
        var (secrets, key) = (app.Get<TotpSecrets>(), app.Get<KeyRingService>().Ring.DataKey);

        Assert.True(key.TryOpen(secrets.Seal(Secret, Account, Row), Label, out var opened));
        Assert.Equal(Secret, opened);

        var stored = new TotpApp { Id = Row, AccountId = Account, Sealed = key.Seal(Secret, Label), CreatedAt = TestAccounts.Now };
        Assert.True(secrets.TryOpen(stored, out opened));
        Assert.Equal(Secret, opened);
        Assert.False(secrets.TryOpen(stored with { Id = Account, AccountId = Row }, out opened));
        Assert.Null(opened);
    }
}
