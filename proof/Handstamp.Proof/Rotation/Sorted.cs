using System.Collections;

namespace Handstamp.Proof.Rotation;

/// <summary>A small immutable sorted set with value equality, for the states of a search.</summary>
sealed class Sorted<T> : IReadOnlyList<T>, IEquatable<Sorted<T>> where T : IComparable<T>, IEquatable<T>
{
    readonly List<T> _items = [];

    public int Count => _items.Count;

    public T this[int index] => _items[index];

    /// <summary>For collection expressions.</summary>
    public void Add(T item)
    {
        var index = _items.BinarySearch(item);
        if (index < 0) _items.Insert(~index, item);
    }

    public Sorted<T> With(T item) => [.. _items, item];

    public Sorted<T> Without(T item) => Where(other => !other.Equals(item));

    public Sorted<T> Where(Func<T, bool> keep) => [.. Enumerable.Where(_items, keep)];

    public Sorted<T> Select(Func<T, T> map) => [.. Enumerable.Select(_items, map)];

    public bool Equals(Sorted<T>? other) => other is not null && _items.SequenceEqual(other._items);

    public override bool Equals(object? obj) => Equals(obj as Sorted<T>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in _items) hash.Add(item);
        return hash.ToHashCode();
    }

    public override string ToString() => $"[{string.Join(", ", _items)}]";

    public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
