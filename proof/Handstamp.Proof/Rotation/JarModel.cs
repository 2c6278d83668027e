using Handstamp.Server.Sessions;

namespace Handstamp.Proof.Rotation;

/// <summary>
/// One cookie jar, and any number of requests at once. Answers are stored in the order of arrival, including late ones,
/// whichever request they are for. The network loses, delays, repeats and reorders messages. The time and the number of
/// requests have no bound: only the order of generations counts, and ages count up to the window.
/// </summary>
/// <param name="rule">The rule.</param>
/// <param name="request">The ticks that a request may take.</param>
/// <param name="answer">The ticks that an answer may take.</param>
/// <param name="storesHolds">Whether the answer of a hold is stored. A hold sets no cookie; its body repeats the token.</param>
sealed class JarModel(TickedRule rule, int request, int answer, bool storesHolds)
{
    /// <summary>The number of states, and the steps to a false logout if there is one.</summary>
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

    /// <summary>All possible next worlds, except those in which the session ends.</summary>
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

    /// <summary>A token that is on its way, and the ticks since it was sent.</summary>
    readonly record struct Message(int Generation, int Age) : IComparable<Message>
    {
        public int CompareTo(Message other) => (Generation, Age).CompareTo((other.Generation, other.Age));
    }

    /// <summary>
    /// The server's row, with times relative to now; the contents of the jar; the messages that are on their way.
    /// </summary>
    sealed record World(Row Row, int Jar, Sorted<Message> Requests, Sorted<Message> Answers)
    {
        public static readonly World Login = new(Row.AtLogin, 1, [], []);

        public World Tick(int request, int answer) => this with
        {
            Row = Row with { IssuedAt = Row.IssuedAt - 1 },
            Requests = Older(Requests, request),
            Answers = Older(Answers, answer),
        };

        /// <summary>
        /// Merges worlds that continue in the same way: generations become ranks, and ages stop at the window.
        /// </summary>
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
