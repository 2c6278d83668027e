using Handstamp.Server.Sessions;

namespace Handstamp.Proof.Rotation;

/// <summary>
/// One cookie jar, and any number of requests at once. Answers are stored in the order in which they arrive, late ones
/// too, whichever request they are for; the network loses, delays, delivers again and again, and reorders. Nothing
/// bounds the time or the number of requests: generations count by their order alone, and ages up to the window's.
/// </summary>
/// <param name="rule">The rule.</param>
/// <param name="request">The ticks that a request may take.</param>
/// <param name="answer">The ticks that an answer may take.</param>
/// <param name="storesHolds">Whether the answer of a hold is stored. It sets no cookie; a body has the token again.</param>
sealed class JarModel(TickedRule rule, int request, int answer, bool storesHolds)
{
    /// <summary>How many states there are, and the steps to a false logout if there is one.</summary>
    public (int States, string? Counterexample) Search()
    {
        var start = World.Login.Canonical(rule.Window);
        var known = new Dictionary<World, (World From, string Step)> { [start] = (start, "login") };
        var queue = new Queue<World>([start]);
        while (queue.TryDequeue(out var world))
        {
            foreach (var (step, next) in Steps(world))
            {
                if (next is null) return (known.Count, $"{Trace(world, known)}; {step}");
                var canonical = next.Canonical(rule.Window);
                if (known.TryAdd(canonical, (world, step))) queue.Enqueue(canonical);
            }
        }
        return (known.Count, null);
    }

    /// <summary>All that can happen next; no world where the session ends.</summary>
    IEnumerable<(string Step, World? Next)> Steps(World world)
    {
        yield return ($"send {world.Jar}", world with { Requests = world.Requests.With(new(world.Jar, 0)) });
        foreach (var sent in world.Requests.DistinctBy(sent => sent.Generation)) yield return Deliver(world, sent.Generation);
        foreach (var made in world.Answers.DistinctBy(made => made.Generation))
            yield return ($"store {made.Generation}", world with { Jar = made.Generation });
        yield return ("tick", world.Tick(request, answer));
    }

    (string Step, World? Next) Deliver(World world, int presented)
    {
        var (verdict, row, granted) = rule.Decide(world.Row, presented, now: 0);
        var step = $"deliver {presented}: {verdict}";
        if (row is null) return (step, null);
        var silent = granted == 0 || (verdict == RotationVerdict.Hold && !storesHolds);
        return (step, world with { Row = row.Value, Answers = silent ? world.Answers : world.Answers.With(new(granted, 0)) });
    }

    static string Trace(World last, Dictionary<World, (World From, string Step)> known)
    {
        var steps = new Stack<string>();
        for (var (from, step) = known[last]; step != "login"; (from, step) = known[from]) steps.Push(step);
        return string.Join("; ", steps);
    }

    /// <summary>A token that is on its way, for so many ticks.</summary>
    readonly record struct Message(int Generation, int Age) : IComparable<Message>
    {
        public int CompareTo(Message other) => (Generation, Age).CompareTo((other.Generation, other.Age));
    }

    /// <summary>The server's row, with times counted from now; what the jar holds; what is on its way.</summary>
    sealed record World(Row Row, int Jar, Sorted<Message> Requests, Sorted<Message> Answers)
    {
        public static readonly World Login = new(Row.AtLogin, 1, [], []);

        public World Tick(int request, int answer) => this with
        {
            Row = Row with { IssuedAt = Row.IssuedAt - 1 },
            Requests = Older(Requests, request),
            Answers = Older(Answers, answer),
        };

        /// <summary>Worlds that go on in the same way are one: generations become ranks, and ages end at the window's.</summary>
        public World Canonical(int window)
        {
            var generations = Requests.Concat(Answers).Select(message => message.Generation)
                .Concat([Row.SeenBefore, Row.Seen, Row.First, Row.Last, Jar]).Distinct().Order().ToList();
            int Rank(int generation) => generations.BinarySearch(generation);
            Sorted<Message> Ranked(Sorted<Message> messages) =>
                messages.Select(message => message with { Generation = Rank(message.Generation) });
            return new(
                new(Rank(Row.Seen), Rank(Row.First), Rank(Row.Last), Math.Max(Row.IssuedAt, -window), Rank(Row.SeenBefore)),
                Rank(Jar), Ranked(Requests), Ranked(Answers));
        }

        static Sorted<Message> Older(Sorted<Message> messages, int longest) =>
            messages.Where(message => message.Age < longest).Select(message => message with { Age = message.Age + 1 });
    }
}
