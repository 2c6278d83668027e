using Microsoft.Extensions.Options;

namespace Handstamp.Host.Settings;

/// <summary>A setting that exists: its key, what it can be, and how its effective value is read.</summary>
sealed record Setting(string Key, SettingKind Kind, Func<IServiceProvider, object?> Read)
{
    /// <summary>Never shown, not even when it is wrong.</summary>
    public bool IsSecret { get; init; }

    public static Setting Of<TOptions, TValue>(string key, Func<TOptions, TValue> read) where TOptions : class, new() =>
        new(key, SettingKind.Of<TValue>(), services => read(services.Bound<TOptions>()));
}

static class BoundOptions
{
    public static T Bound<T>(this IServiceProvider services) where T : class, new() =>
        services.GetRequiredService<IOptions<T>>().Value;
}
