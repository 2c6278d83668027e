using System.Diagnostics.CodeAnalysis;

namespace Handstamp.Server.Http;

/// <summary>What a gate has let through, or its refusal.</summary>
readonly struct OrRefusal<T> where T : notnull
{
    readonly T? _value;
    readonly Refusal? _refusal;

    OrRefusal(T? value, Refusal? refusal) => (_value, _refusal) = (value, refusal);

    public bool Has([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        (value, refusal) = (_value, _refusal);
        return refusal is null;
    }

    public static implicit operator OrRefusal<T>(T value) => new(value, null);

    public static implicit operator OrRefusal<T>(Refusal refusal) => new(default, refusal);

    public static implicit operator OrRefusal<T>(Problem problem) => new(default, problem);
}
