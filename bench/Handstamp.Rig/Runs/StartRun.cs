using Handstamp.Rig.Load;
using Handstamp.Rig.Processes;
using Handstamp.Rig.Targets;

namespace Handstamp.Rig.Runs;

/// <summary>The time from the start of a service until its first answer, on existing data.</summary>
sealed class StartRun(Settings settings, List<Start> starts)
{
    const int Starts = 5;

    public void Run(Contestant contestant)
    {
        if (!settings.Wants(Operations.Start)) return;

        var service = contestant.Service!;
        using var data = new WorkDirectory(settings.Root);
        var account = Account.Number(1);
        using (var server = StartServer(service, data))
        {
            server.FirstAnswer(new Message("GET", service.Ready));
            using var connection = new Connection(server.Port);
            if (service.Dialect.Register is { } register) connection.Ask(register(account).ToBytes());
        }

        for (var i = 0; i < (settings.Smoke ? 1 : Starts); i++)
        {
            Time(contestant, data, Start.Answer, new Message("GET", service.Ready));
            if (service.HasAccounts) Time(contestant, data, Start.Login, service.Dialect.Login(account));
        }
    }

    static ServerProcess StartServer(Service service, WorkDirectory data)
    {
        var place = new Place(ServerProcess.FreePort(), data.Path);
        return new ServerProcess(service.Command(place), place.Port);
    }

    void Time(Contestant contestant, WorkDirectory data, string first, Message request)
    {
        using var server = StartServer(contestant.Service!, data);
        server.FirstAnswer(request);
        var start = new Start(contestant.Key, first, server.Age.TotalMilliseconds, server.ResidentMegabytes);
        starts.Add(start);
        Console.WriteLine(
            $"  {contestant.Key,-14} start to the first {first}: {start.Milliseconds:N0} ms,"
            + $" {start.IdleMegabytes:N0} MB");
    }
}
