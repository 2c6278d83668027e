using System.Text.Encodings.Web;
using Handstamp.Host.Settings;

namespace Handstamp.Host.Serve;

/// <summary>One line an entry on standard output: JSON for machines, text for people.</summary>
static class Logs
{
    public static void AddLogs(this ILoggingBuilder logging, LogOptions options, IHostEnvironment environment)
    {
        logging.AddFilter((category, level) => level >= LeastLevel(category, options));
        if ((options.Format ?? (environment.IsDevelopment() ? LogFormat.Text : LogFormat.Json)) == LogFormat.Json)
            logging.AddJsonConsole(json =>
            {
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                json.UseUtcTimestamp = true;
                json.JsonWriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
        else
            logging.AddSimpleConsole(text =>
            {
                text.TimestampFormat = "HH:mm:ss.fff ";
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
}
