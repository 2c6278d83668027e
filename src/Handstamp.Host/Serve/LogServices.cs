using System.Text.Encodings.Web;
using Handstamp.Host.Settings;

namespace Handstamp.Host.Serve;

/// <summary>Logs one line per entry to standard output: JSON for machines, text for people.</summary>
static class LogServices
{
    public static void AddLogs(this ILoggingBuilder logging, LogOptions options, IHostEnvironment environment)
    {
        // Below warnings, the framework logs the query of each request.
        logging.SetMinimumLevel(options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning)
            .AddFilter(nameof(Handstamp), options.Level)
            .AddFilter(typeof(ServeCommand).FullName, LogLevel.Information)
            // It logs a failed start with a stack trace. The command says it in a sentence.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            // If it is enabled, each request gets an activity that nothing reads. Traces use the source of activities.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
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
}
