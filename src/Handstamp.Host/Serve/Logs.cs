using Handstamp.Host.Settings;
using Microsoft.Extensions.Logging.Console;

namespace Handstamp.Host.Serve;

/// <summary>One line an entry on standard output: JSON for machines, text for people.</summary>
static class Logs
{
    public static void AddLogs(this ILoggingBuilder logging, LogOptions options, IHostEnvironment environment)
    {
        logging.AddFilter((category, level) => level >= LeastLevel(category, options));
        if ((options.Format ?? (environment.IsDevelopment() ? LogFormat.Text : LogFormat.Json)) == LogFormat.Json)
            logging.AddJsonConsole(json => SetTimestamp(json, "O"));
        else
            logging.AddSimpleConsole(text =>
            {
                SetTimestamp(text, "HH:mm:ss.fff ");
                text.SingleLine = true;
            });
    }

    static LogLevel LeastLevel(string? category, LogOptions options)
    {
        if (category == typeof(ServeCommand).FullName) return LogLevel.Information;
        if (category?.StartsWith(nameof(Handstamp), StringComparison.Ordinal) is true) return options.Level;
        // It tells of a failed start, with a stack trace; the command tells it in a sentence.
        if (category == "Microsoft.Extensions.Hosting.Internal.Host") return LogLevel.Critical;
        // At more than warnings the framework writes the query of each request.
        return options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning;
    }

    static void SetTimestamp(ConsoleFormatterOptions formatter, string format)
    {
        formatter.TimestampFormat = format;
        formatter.UseUtcTimestamp = format == "O";
    }
}
