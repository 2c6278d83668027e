using Handstamp.Server.Sessions;

namespace Handstamp.Proof.Rotation;

/// <summary>The world around the decision, small enough to be searched exhaustively.</summary>
sealed class RotationModel(int window)
{
    readonly TickedRule _rule = new(window);

    /// <summary>
    /// One honest client with one outstanding attempt (a retry abandons the attempt before it), and a network that
    /// loses, delays by up to <paramref name="delay"/>, delivers twice and reorders messages. Returns the number of
    /// states, and the steps to a false logout if there is one.
    /// </summary>
    public (int States, string? Counterexample) SearchHonestClient(int delay, int until, int sends)
    {
        var start = World.Login;
        var known = new Dictionary<World, World?> { [start] = null };
        var queue = new Queue<World>([start]);
        while (queue.TryDequeue(out var world))
        {
            foreach (var (next, ended) in Steps(world, delay, until, sends))
            {
                if (ended) return (known.Count, Trace(world, known));
                if (known.TryAdd(next, world)) queue.Enqueue(next);
            }
        }
        return (known.Count, null);
    }

    IEnumerable<(World Next, bool Ended)> Steps(World world, int delay, int until, int sends)
    {
        if (world.Sent < sends) yield return (world.Send(), false);
        for (var i = 0; i < world.Requests.Count; i++)
            yield return Deliver(world, i);
        foreach (var answer in world.Answers.Where(answer => answer.Attempt == world.Outstanding))
            yield return (world.Receive(answer), false);
        if (world.Now < until) yield return (world.Tick(delay), false);
    }

    (World Next, bool Ended) Deliver(World world, int index)
    {
        var request = world.Requests[index];
        var (_, next, answer) = _rule.Decide(world.Row, request.Generation, world.Now);
        return next is { } row ? (world.Delivered(index, row, answer), false) : (world, true);
    }

    static string Trace(World last, Dictionary<World, World?> known)
    {
        var steps = new Stack<string>();
        for (World? world = last; world is not null; world = known[world]) steps.Push(world.ToString());
        return string.Join('\n', steps);
    }

    /// <summary>
    /// A victim that uses its newest token every <paramref name="period"/> ticks, and a thief with a copy of its first
    /// token who uses any token that it ever got, at any time; with <paramref name="apart"/> not within a window of the
    /// victim. Returns, for each use by the victim, the number of reachable states in which the thief still holds a
    /// token that works.
    /// </summary>
    public IReadOnlyList<int> SearchThief(int period, int cycles, bool apart)
    {
        var front = new HashSet<Theft> { Theft.Begun };
        var useful = new List<int>();
        for (var now = 1; now <= period * cycles; now++)
        {
            var phase = now % period;
            var near = phase < window || period - phase <= window;
            front = [.. front
                .SelectMany(theft => apart && near ? [theft] : UsesByThief(theft, now))
                .SelectMany(theft => phase == 0 ? UseByVictim(theft, now) : [theft])
                .Where(theft => theft.Row.Last - theft.Row.First <= 4)
                .Select(theft => theft.Rebased())];
            if (phase == 0) useful.Add(front.Count(theft => theft.Tokens.Any(token => Works(theft.Row, token, now + window))));
        }
        return useful;
    }

    IEnumerable<Theft> UsesByThief(Theft theft, int now)
    {
        yield return theft;
        foreach (var token in theft.Tokens)
        {
            var (_, next, answer) = _rule.Decide(theft.Row, token, now);
            if (next is { } row) yield return theft with { Row = row, Tokens = theft.Tokens.With(answer) };
        }
    }

    IEnumerable<Theft> UseByVictim(Theft theft, int now)
    {
        var (verdict, next, answer) = _rule.Decide(theft.Row, theft.Victim, now);
        if (verdict is RotationVerdict.Superseded or RotationVerdict.Quiet) (_, next, answer) = _rule.Decide(theft.Row, theft.Victim, now + window);
        if (next is { } row) yield return theft with { Row = row, Victim = answer };
    }

    bool Works(Row row, int token, int now) => _rule.Decide(row, token, now).Answer != 0;

    internal readonly record struct Request(int Generation, int Attempt, int At, int Copies) : IComparable<Request>
    {
        public int CompareTo(Request other) =>
            (Generation, Attempt, At, Copies).CompareTo((other.Generation, other.Attempt, other.At, other.Copies));
    }

    internal readonly record struct Answer(int Generation, int Attempt, int At) : IComparable<Answer>
    {
        public int CompareTo(Answer other) =>
            (Generation, Attempt, At).CompareTo((other.Generation, other.Attempt, other.At));
    }

    /// <summary>Server, client and network at one moment.</summary>
    sealed record World(Row Row, int Held, int Outstanding, Sorted<Request> Requests, Sorted<Answer> Answers, int Now, int Sent)
    {
        const int Copies = 2;

        public static readonly World Login = new(Row.AtLogin, 1, 0, [], [], 0, 0);

        public World Send() => this with
        {
            Outstanding = Sent + 1,
            Requests = Requests.With(new(Held, Sent + 1, Now, Copies)),
            Sent = Sent + 1,
        };

        public World Delivered(int index, Row row, int answer)
        {
            var request = Requests[index];
            var requests = Requests.Without(request);
            if (request.Copies > 1) requests = requests.With(request with { Copies = request.Copies - 1 });
            var heard = answer != 0 && request.Attempt == Outstanding;
            return this with
            {
                Row = row,
                Requests = requests,
                Answers = heard ? Answers.With(new(answer, request.Attempt, Now)) : Answers,
            };
        }

        public World Receive(Answer answer) => this with
        {
            Held = answer.Generation,
            Outstanding = 0,
            Answers = Answers.Where(other => other.Attempt != answer.Attempt),
        };

        /// <summary>A message older than the longest delay is lost.</summary>
        public World Tick(int delay) => this with
        {
            Now = Now + 1,
            Requests = Requests.Where(request => Now + 1 - request.At <= delay),
            Answers = Answers.Where(answer => Now + 1 - answer.At <= delay),
        };
    }

    sealed record Theft(Row Row, int Victim, Sorted<int> Tokens)
    {
        public static readonly Theft Begun = new(Row.AtLogin, 1, [1]);

        /// <summary>
        /// Generations counted from the one seen last. A generation before the previous one only ends the session.
        /// </summary>
        public Theft Rebased()
        {
            var seen = Row.Seen;
            return new(
                Row with { Seen = 0, First = Row.First - seen, Last = Row.Last - seen, SeenBefore = Row.SeenBefore - seen },
                Victim - seen, Tokens.Where(token => token != 0 && token >= Row.SeenBefore).Select(token => token - seen));
        }
    }
}
