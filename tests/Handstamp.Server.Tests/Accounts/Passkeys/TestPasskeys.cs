using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>Passkeys that nobody has made: for tests that need no key.</summary>
static class TestPasskeys
{
    public static Passkey Of(Account account, params byte[] credentialId) => new()
    {
        Id = Guid.CreateVersion7(TestAccounts.Now),
        AccountId = account.Id,
        CredentialId = credentialId,
        PublicKey = [7, 8, 9],
        SignCount = 5,
        IsSynced = true,
        IsBackedUp = false,
        IsSecondFactor = true,
        Transports = ["usb", "nfc"],
        Aaguid = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        Name = "Phone",
        CreatedAt = TestAccounts.Now,
        LastUsedAt = TestAccounts.Now.AddMinutes(1),
    };
}
