using Handstamp.Server.Accounts;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

[Collection<Alone>]
public sealed class MemoryRoomLimitTests
{
    const long MiB = 1 << 20;

    // More than the tests may take or free meanwhile, and less than what they use in all.
    const long Tolerance = 64 * MiB;

    [Fact]
    public void A_hash_has_room_in_what_the_limit_of_the_process_leaves()
    {
        using var limit = new MemoryLimit(left: 512 * MiB);

        Assert.True(MemoryRoom.Holds((512 * MiB - Tolerance) / 1024));
        Assert.False(MemoryRoom.Holds((512 * MiB + Tolerance) / 1024));
    }

    [Fact]
    public void The_limit_of_the_process_counts_as_its_memory()
    {
        using var limit = new MemoryLimit(left: 512 * MiB);

        Assert.Equal(Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, limit.Bytes), MemoryRoom.Total);
    }

    [Fact]
    public void A_hash_that_takes_more_memory_than_is_left_is_not_verified()
    {
        var hasher = new PasswordHasher(
            new Argon2id(TestAccounts.Options(options => options.Hashing.MemoryKiB = 19456)), TestAccounts.NoSeal());
        const string Small = "$argon2id$v=19$m=4096,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$3ImbQ35CpUsKyurweFgR3Ci538ikaw+8t+wLIuVFuRw";
        // Its 64 MiB are less than half of all memory, and would fit, but leave too little to the rest of the process.
        const string Large = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        using var limit = new MemoryLimit(left: 72 * MiB);

        // Before it is tried: libsodium's sentence is another one.
        Assert.Equal(
            "There is not enough memory to verify a password.", Assert.Throws<InsufficientMemoryException>(() => Verify(Large)).Message);
        Assert.Equal(PasswordVerificationResult.SuccessRehashNeeded, Verify(Small));

        PasswordVerificationResult Verify(string hash) => hasher.VerifyHashedPassword(TestAccounts.Account(), hash, "my password");
    }
}
