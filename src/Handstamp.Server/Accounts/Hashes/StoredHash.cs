namespace Handstamp.Server.Accounts.Hashes;

/// <summary>A stored hash whose text was read. A class and not a record: its text must not show the hash.</summary>
sealed class StoredHash(HashCost cost, Func<ReadOnlySpan<byte>, bool> verify)
{
    public HashCost Cost => cost;

    /// <summary>Whether it may be verified at a login.</summary>
    public bool IsAllowed { get; init; } = cost.Fault is null;

    /// <summary>The fast function, if it is a hash that can be wrapped.</summary>
    public FastHash? Fast { get; private init; }

    /// <summary>A hash of a function that is fast to guess at.</summary>
    public static StoredHash Of(HashCost cost, FastHash fast) => new(cost, password => HashText.AreEqual(fast.Compute(password), fast.Text)) { Fast = fast };

    /// <summary>Whether it is a hash of this password, in UTF-8.</summary>
    public bool Verify(ReadOnlySpan<byte> password) => verify(password);
}
