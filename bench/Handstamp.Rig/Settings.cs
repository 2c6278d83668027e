namespace Handstamp.Rig;

/// <summary>The options of the command line.</summary>
sealed record Settings
{
    public const int Callers = 32;

    public required string Root { get; init; }

    public int Rounds { get; init; } = 3;

    public double Seconds { get; init; } = 6;

    /// <summary>The number of sessions in the run with many.</summary>
    public int Sessions { get; init; } = 100_000;

    public double WarmUp => Math.Min(4, Seconds);

    /// <summary>The contestants to measure; empty for all.</summary>
    public IReadOnlyList<string> Contestants { get; init; } = [];

    /// <summary>The operations to measure; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Whether all contestants keep their rows in PostgreSQL.</summary>
    public bool Postgres { get; init; }

    /// <summary>Whether to measure nothing, and only calculate the capacity page again.</summary>
    public bool Capacity { get; init; }

    /// <summary>Whether to try everything once and record nothing.</summary>
    public bool Smoke { get; init; }

    /// <summary>Whether everything was measured, so that a page of results can be written.</summary>
    public bool IsComplete => Contestants.Count == 0 && Only.Count == 0 && !Smoke;

    public bool Wants(string operation) => Only.Count == 0
        ? !Postgres || Operations.OnPostgres.Contains(operation)
        : Only.Contains(operation);

    public static Settings Parse(string root, IReadOnlyList<string> arguments)
    {
        var settings = new Settings { Root = root };
        for (var i = 0; i < arguments.Count; i++)
        {
            string Value() => ++i < arguments.Count
                ? arguments[i]
                : throw new ArgumentException($"{arguments[i - 1]} needs a value.");
            settings = arguments[i] switch
            {
                "--rounds" => settings with { Rounds = int.Parse(Value()) },
                "--seconds" => settings with { Seconds = double.Parse(Value()) },
                "--sessions" => settings with { Sessions = int.Parse(Value()) },
                "--only" => settings with { Only = Value().Split(',') },
                "--postgres" => settings with { Postgres = true },
                "--capacity" => settings with { Capacity = true },
                "--smoke" => settings with
                {
                    Smoke = true,
                    Rounds = 1,
                    Seconds = 0.3,
                    Sessions = 2_000,
                    Contestants = ["handstamp", "floor", "routed-floor"],
                },
                ['-', ..] => throw new ArgumentException($"There is no option {arguments[i]}."),
                var name => settings with { Contestants = [.. settings.Contestants, name] },
            };
        }

        return settings;
    }
}
