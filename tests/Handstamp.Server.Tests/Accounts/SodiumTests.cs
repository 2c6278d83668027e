using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

[Collection<Alone>]
public sealed class SodiumTests
{
    const int LargeKiB = 256 << 10;

    [Fact]
    public void It_may_be_initialized_more_than_once()
    {
        Sodium.Initialize();
        Sodium.Initialize();
    }

    [Fact]
    public void Too_little_memory_is_neither_a_wrong_password_nor_a_hash()
    {
        const string Hash = "$argon2id$v=19$m=262144,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        var key = new byte[32];
        Action[] calls =
        [
            () => Sodium.HashPassword("my password"u8, passes: 1, LargeKiB),
            () => Sodium.VerifyPassword(Hash, "my password"u8),
            () => Sodium.Scrypt("my password"u8, "salt"u8, n: LargeKiB, r: 8, p: 1, key),
        ];
        using var limit = new MemoryLimit(left: 192 << 20);

        Assert.All(calls, call => Assert.Equal(
            "There is not enough memory to hash a password.", Assert.Throws<InsufficientMemoryException>(call).Message));
    }
}
