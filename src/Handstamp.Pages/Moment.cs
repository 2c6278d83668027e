using System.Globalization;

namespace Handstamp.Pages;

/// <summary>A time, for people as they would say it, and for machines. The exact time is in UTC.</summary>
readonly record struct Moment(DateTimeOffset Time, DateTimeOffset Now, Texts Texts)
{
    // Longer ago, a date says more.
    const int MaxDays = 30;

    public string Text => (Now - Time) switch
    {
        { TotalMinutes: < 1 } => Texts.JustNow,
        { TotalHours: < 1 } ago => Texts.MinutesAgo.With("count", Number(ago.TotalMinutes)),
        { TotalDays: < 1 } ago => Texts.HoursAgo.With("count", Number(ago.TotalHours)),
        { TotalDays: < 2 } => Texts.Yesterday,
        { TotalDays: < MaxDays } ago => Texts.DaysAgo.With("count", Number(ago.TotalDays)),
        _ => Day,
    };

    public string Day => Time.UtcDateTime.ToString(Texts.DateFormat, CultureInfo.InvariantCulture);

    /// <summary>For a person who wants to know exactly.</summary>
    public string Exact => $"{Day}, {Time.UtcDateTime.ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture)}";

    public string Machine => Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    static string Number(double count) => Math.Floor(count).ToString(CultureInfo.InvariantCulture);
}
