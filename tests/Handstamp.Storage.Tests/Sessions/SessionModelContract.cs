using System.Collections.Concurrent;
using CsCheck;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

[Trait("Kind", "Proof")]
public abstract class SessionModelContract<TEngine> : IAsyncLifetime where TEngine : EngineUnderTest, new()
{
    // A sample begins with an empty database. An emptied database of an earlier sample is as good as a new one, whose
    // tables would take longer to make than the sample takes.
    readonly ConcurrentBag<TEngine> _empty = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _empty) await engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Any_sequence_of_calls_is_answered_as_by_the_model() =>
        await SessionStep.Any.Array[1, 40].SampleAsync(steps => OnEmptyAsync(async engine =>
        {
            var (world, model) = await BeginAsync(engine);
            var modelled = world.Again();

            foreach (var step in steps)
                Assert.Equal(step.Run(modelled, model), await step.RunAsync(world, engine));

            await AssertSameAsync(world, model, engine);
        }), iter: 100);

    [Fact]
    public async Task Parallel_calls_are_answered_as_if_they_came_one_after_another() =>
        await SessionStep.Concurrent.Array[2, 4].SampleAsync(steps => OnEmptyAsync(async engine =>
        {
            var (world, _) = await BeginAsync(engine);
            foreach (var step in LoggedIn()) await step.RunAsync(world, engine);

            var answers = await Task.WhenAll(steps.Select(step => Task.Run(() => step.RunAsync(world, engine))));

            var final = await ReadAllAsync(world, engine);
            Assert.Contains(Orders(steps.Length), order => Explains(order, world.Again(), steps, answers, final));
        }), iter: 100);

    async Task OnEmptyAsync(Func<TEngine, Task> sampleAsync)
    {
        if (!_empty.TryTake(out var engine))
        {
            engine = new TEngine();
            await engine.OpenAsync();
        }

        try
        {
            await sampleAsync(engine);
            await engine.DeleteAllAsync("events", "revocations", "sessions", "identifiers", "accounts");
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }

        _empty.Add(engine);
    }

    static IEnumerable<SessionStep> LoggedIn() =>
        Enumerable.Range(0, SessionStep.Sessions).Select(slot => new SessionStep.Create(slot, 0, 20));

    static bool Explains(
        int[] order, SessionWorld world, SessionStep[] steps, object?[] answers, List<SessionReading?> final)
    {
        var model = NewModel(world);
        foreach (var step in LoggedIn()) step.Run(world, model);

        return order.All(index => Equals(steps[index].Run(world, model), answers[index]))
            && final.SequenceEqual(Slots().Select(slot => model.Find(world.Session(slot))));
    }

    static async Task<(SessionWorld World, SessionModel Model)> BeginAsync(TEngine engine)
    {
        Guid[] accounts = new Guid[SessionStep.Accounts];
        for (var owner = 0; owner < accounts.Length; owner++)
        {
            var account = Given.Account();
            accounts[owner] = account.Id;
            Assert.True(await engine.Accounts.TryCreateAsync(account));
        }

        var world = new SessionWorld(accounts, [.. Slots().Select(_ => Given.Id())]);
        return (world, NewModel(world));
    }

    static SessionModel NewModel(SessionWorld world)
    {
        var model = new SessionModel();
        for (var owner = 0; owner < SessionStep.Accounts; owner++) model.AddAccount(world.Account(owner));
        return model;
    }

    static async Task AssertSameAsync(SessionWorld world, SessionModel model, TEngine engine)
    {
        Assert.Equal(Slots().Select(slot => model.Find(world.Session(slot))), await ReadAllAsync(world, engine));

        var feed = await engine.Revocations.ReadAfterAsync(0, DateTimeOffset.MinValue, 100, CancellationToken.None);
        // Sessions that one call ends may be in any order.
        Assert.Equal(
            model.Feed.Order(), feed.Select(entry => (entry.SessionId!.Value, entry.Reason, entry.At)).Order());
    }

    static async Task<List<SessionReading?>> ReadAllAsync(SessionWorld world, TEngine engine)
    {
        var readings = new List<SessionReading?>();
        foreach (var slot in Slots())
            readings.Add(await engine.Sessions.FindAsync(world.Session(slot), CancellationToken.None));
        return readings;
    }

    static IEnumerable<int> Slots() => Enumerable.Range(0, SessionStep.Sessions);

    static IEnumerable<int[]> Orders(int count) => count == 0
        ? [[]]
        : Orders(count - 1).SelectMany(order => Enumerable.Range(0, count).Select(
            place => (int[])[.. order[..place], count - 1, .. order[place..]]));
}
