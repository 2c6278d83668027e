using System.Globalization;

namespace Handstamp.Host.Settings;

/// <summary>The kind of a setting. A wrong value is refused with its key and its source.</summary>
sealed record SettingKind(string Expected, Func<string, bool> Accepts)
{
    static readonly SettingKind Text = new("a string", _ => true);
    static readonly SettingKind Flag = new("true or false", text => bool.TryParse(text, out _));
    static readonly SettingKind Number = new("a whole number", text =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _));

    /// <summary>A time, as <see cref="Server.Http.Duration"/> reads it.</summary>
    public static readonly SettingKind Duration =
        new(Server.Http.Duration.Expected, text => Server.Http.Duration.TryParse(text, out _));

    /// <summary>A day of the calendar.</summary>
    static readonly SettingKind Day = new("a day, such as 2027-03-31", text =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    /// <summary>Texts separated by commas; in the settings file an array.</summary>
    public static readonly SettingKind List = new("a list", _ => true);

    public static SettingKind Of<T>()
    {
        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        return type switch
        {
            _ when type == typeof(bool) => Flag,
            _ when type == typeof(int) => Number,
            _ when type == typeof(TimeSpan) => Duration,
            _ when type == typeof(DateOnly) => Day,
            _ when typeof(IReadOnlyList<string>).IsAssignableFrom(type) => List,
            _ when type.IsEnum => Choice(type),
            _ => Text,
        };
    }

    static SettingKind Choice(Type type)
    {
        var names = Enum.GetNames(type).Select(name => name.ToLowerInvariant()).ToList();
        return new(string.Join(" or ", names), text => names.Contains(text, StringComparer.OrdinalIgnoreCase));
    }
}
