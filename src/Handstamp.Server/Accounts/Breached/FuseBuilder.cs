using System.Diagnostics;

namespace Handstamp.Server.Accounts.Breached;

/// <summary>Makes binary fuse filters of up to so many keys, one after the other, in the same memory: about 27 bytes for each key.</summary>
sealed class FuseBuilder
{
    // The number of keys in a place, and below that which of a key's places it is.
    const int One = 4;

    const int MaxAttempts = 100;

    readonly ulong[] _hashes;
    readonly ushort[] _counts;
    readonly int[] _queue;
    readonly ulong[] _order;
    readonly byte[] _found;
    readonly ushort[] _fingerprints;

    public FuseBuilder(int maxKeys)
    {
        var length = FuseShape.Of(maxKeys).Length;
        (_hashes, _counts, _queue, _fingerprints) = (new ulong[length], new ushort[length], new int[length], new ushort[length]);
        (_order, _found) = (new ulong[maxKeys], new byte[maxKeys]);
    }

    /// <summary>The fingerprints of these keys, of which no two are equal, and the seed. They are valid until the next call.</summary>
    public ReadOnlySpan<ushort> Build(ReadOnlySpan<ulong> keys, FuseShape shape, out ulong seed)
    {
        var fingerprints = _fingerprints.AsSpan(0, (int)shape.Length);
        fingerprints.Clear();
        // The seeds are fixed, so that the same list gives the same file.
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            seed = FuseShape.Hash((ulong)attempt, 0);
            if (!TryOrder(keys, shape, seed)) continue;
            Assign(keys.Length, shape, fingerprints);
            return fingerprints;
        }
        throw new UnreachableException("Each attempt succeeds with a probability above 0.9.");
    }

    /// <summary>Puts the hashes in an order in which each has a place that no earlier one needs.</summary>
    bool TryOrder(ReadOnlySpan<ulong> keys, FuseShape shape, ulong seed)
    {
        var length = (int)shape.Length;
        Array.Clear(_hashes, 0, length);
        Array.Clear(_counts, 0, length);
        foreach (var key in keys)
        {
            var hash = FuseShape.Hash(key, seed);
            for (var number = 0; number < FuseShape.Places; number++) Toggle(shape.Place(hash, number), hash, number, One);
        }

        var (waiting, done) = (0, 0);
        for (var place = 0; place < length; place++)
            if (_counts[place] / One == 1) _queue[waiting++] = place;
        while (waiting > 0)
        {
            var place = _queue[--waiting];
            if (_counts[place] / One != 1) continue;
            var (hash, found) = (_hashes[place], _counts[place] % One);
            (_order[done], _found[done++]) = (hash, (byte)found);
            for (var number = 0; number < FuseShape.Places; number++)
            {
                var other = shape.Place(hash, number);
                Toggle(other, hash, number, -One);
                if (number != found && _counts[other] / One == 1) _queue[waiting++] = other;
            }
        }
        return done == keys.Length;
    }

    void Toggle(int place, ulong hash, int number, int count)
    {
        _hashes[place] ^= hash;
        _counts[place] = (ushort)((_counts[place] + count) ^ number);
    }

    void Assign(int keys, FuseShape shape, Span<ushort> fingerprints)
    {
        for (var index = keys - 1; index >= 0; index--)
        {
            var (hash, found) = (_order[index], _found[index]);
            var rest = FuseShape.Fingerprint(hash);
            for (var number = 0; number < FuseShape.Places; number++)
                if (number != found) rest ^= fingerprints[shape.Place(hash, number)];
            fingerprints[shape.Place(hash, found)] = rest;
        }
    }
}
