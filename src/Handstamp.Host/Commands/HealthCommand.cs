using System.CommandLine;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp health</c>: what <c>/health/ready</c> says, for a container that has no other program to ask it.</summary>
static class HealthCommand
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var command = new Command("health", "Ask the service on this machine whether it is ready. The settings are those of `serve`.")
        {
            GlobalOptions.Json,
        };
        var settings = new ServerSettingsOptions(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var address = settings.Read(parsed).OwnAddress();
            await DemandReadyAsync(address, cancel);
            Answer.WriteDone(parsed, $"The service at {address} is ready.");
        });
        return command;
    }

    static async Task DemandReadyAsync(string address, CancellationToken cancel)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler, disposeHandler: false) { Timeout = Patience };
        try
        {
            using var response = await client.GetAsync(new Uri($"{address}/health/ready"), HttpCompletionOption.ResponseHeadersRead, cancel);
            if (!response.IsSuccessStatusCode) throw NotReady($"The service at {address} is not ready. It answers {(int)response.StatusCode}.");
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            throw NotReady($"The service at {address} does not answer.");
        }
    }

    static CommandFailedException NotReady(string fault) => new(fault) { Code = "not_ready" };
}
