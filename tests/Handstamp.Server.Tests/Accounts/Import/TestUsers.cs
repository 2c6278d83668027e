using System.Security.Cryptography;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Accounts.SecondFactors;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>Users of another system who can be added. A test takes one and breaks one thing.</summary>
static class TestUsers
{
    public const string Ada = "ada@example.com";

    /// <summary>20 bytes.</summary>
    public const string Secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    /// <summary>The domain of the passkeys, as <see cref="HandstampApp"/> has it.</summary>
    public const string Domain = "auth.example.com";

    public static readonly DateTimeOffset Now = TestAccounts.Now;

    public static readonly Guid Id = new("b6012192-75c2-488e-b76b-bdd487bc7315");

    static readonly ECPoint Point = NewPoint();

    /// <summary>A key of ES256, as the service stores it.</summary>
    public static readonly byte[] Key = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. Point.X!, 0x22, 0x58, 0x20, .. Point.Y!];

    /// <summary>The same key with its members in another order.</summary>
    public static readonly byte[] SameKey = [0xa5, 0x22, 0x58, 0x20, .. Point.Y!, 0x21, 0x58, 0x20, .. Point.X!, 0x20, 0x01, 0x03, 0x26, 0x01, 0x02];

    /// <summary>The secret of an authenticator app with so many bytes.</summary>
    public static string SecretOf(int bytes) => Base32.Encode(new byte[bytes]);

    /// <summary>A passkey whose owner has <see cref="Id"/>.</summary>
    public static PortablePasskey NewPasskey(
        string credentialId = "AQID", string? publicKey = null, long signCount = 0, bool? synced = true, bool? backedUp = false,
        bool? secondFactor = null, string? name = null, string? userHandle = null, string? rpId = null,
        DateTimeOffset? createdAt = null, DateTimeOffset? lastUsedAt = null)
    {
        return new PortablePasskey
        {
            CredentialId = credentialId,
            PublicKey = publicKey ?? Convert.ToBase64String(Key),
            SignCount = signCount,
            Synced = synced,
            BackedUp = backedUp,
            SecondFactor = secondFactor,
            Name = name,
            UserHandle = userHandle,
            RpId = rpId,
            CreatedAt = createdAt,
            LastUsedAt = lastUsedAt,
        };
    }

    public static ImportedAccount Imported(PortableUser user)
    {
        var isImported = ImportedAccount.TryCreate(user, Domain, Now, out var imported, out var refused);
        Assert.Null(refused);
        Assert.True(isImported);
        return imported!;
    }

    public static void Refused(string code, string reason, PortableUser user)
    {
        Assert.False(ImportedAccount.TryCreate(user, Domain, Now, out var imported, out var refused));
        Assert.Equal(new ImportOutcome.Refused(code, reason), refused);
        Assert.Null(imported);
    }

    static ECPoint NewPoint()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportParameters(includePrivateParameters: false).Q;
    }
}
