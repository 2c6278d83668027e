using Microsoft.Extensions.Options;

namespace Handstamp.Host.Settings;

/// <summary>A known setting: its key, its kind, and how to read its effective value.</summary>
sealed record Setting(string Key, SettingKind Kind, Func<IServiceProvider, object?> Read)
{
    /// <summary>Never shown, not even when it is wrong.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The setting that one uses today; null if that is this one.</summary>
    public Successor? ReplacedBy { get; init; }

    /// <summary>How to read the value under a name that the operator has chosen; null if the key has no such name in it.</summary>
    public Func<IServiceProvider, string, object?>? ReadOf { get; init; }

    public static Setting Of<TOptions, TValue>(string key, Func<TOptions, TValue> read) where TOptions : class, new() =>
        new(key, SettingKind.Of<TValue>(), services => read(services.Bound<TOptions>()));
}

/// <summary>What has taken the place of a setting, which works until a version.</summary>
sealed record Successor(string Key, string GoneIn);

static class BoundOptions
{
    public static T Bound<T>(this IServiceProvider services) where T : class, new() =>
        services.GetRequiredService<IOptions<T>>().Value;
}
