using CsCheck;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

/// <summary>
/// One call, on the real stores and on the model, which both answer. Sessions and accounts are named by small numbers,
/// and everything happens within a few milliseconds, so that steps interact often, and sessions expire.
/// </summary>
abstract record SessionStep
{
    public const int Accounts = 2;
    public const int Sessions = 3;

    static readonly Gen<int> Slots = Gen.Int[0, Sessions - 1];
    static readonly Gen<int> Owners = Gen.Int[0, Accounts - 1];
    static readonly Gen<int> Times = Gen.Int[0, 25];

    static readonly Gen<SessionStep> Creates =
        Gen.Select(Slots, Owners, Times).Select(SessionStep (slot, owner, at) => new Create(slot, owner, at));

    static readonly Gen<int> Sources = Gen.Int[0, 1];

    static readonly Gen<SessionStep> Rotations = Gen.Select(Slots, Gen.Int[0, 5], Gen.Bool, Times, Gen.Int[0, 6], Sources)
        .Select(SessionStep (slot, presented, cookie, at, window, source) =>
            new Rotate(slot, presented, cookie, at, window, source));

    static readonly Gen<SessionStep> Ends = Gen.OneOf<SessionStep>(
        Gen.Select(Slots, Gen.Int[0, 4], Times).Select(SessionStep (slot, seen, at) => new End(slot, seen, at)),
        Gen.Select(Owners, Times).Select(SessionStep (owner, at) => new EndAll(owner, at)));

    static readonly Gen<SessionStep> Others = Gen.OneOf<SessionStep>(
        Gen.Select(Slots, Gen.Int[0, 4], Times, Sources)
            .Select(SessionStep (slot, seen, at, source) => new Advance(slot, seen, at, source)),
        Gen.Select(Slots, Gen.Int[0, 4], Times, Sources)
            .Select(SessionStep (slot, seen, at, source) => new Note(slot, seen, at, source)),
        Gen.Select(Slots, Owners, Times).Select(SessionStep (slot, owner, at) => new Reauthenticate(slot, owner, at)),
        Slots.Select(SessionStep (slot) => new Find(slot)),
        Gen.Select(Owners, Times).Select(SessionStep (owner, at) => new List(owner, at)),
        Times.Select(SessionStep (at) => new Sweep(at)),
        Gen.Select(Owners, Gen.Bool, Times).Select(SessionStep (owner, off, at) => new Disable(owner, off, at)),
        Gen.Select(Owners, Times).Select(SessionStep (owner, at) => new Delete(owner, at)));

    /// <summary>Mostly rotations, which other steps may disturb.</summary>
    public static readonly Gen<SessionStep> Any = Gen.Frequency((3, Creates), (8, Rotations), (1, Ends), (3, Others));

    /// <summary>What may happen to existing sessions, at the same time.</summary>
    public static readonly Gen<SessionStep> Concurrent = Gen.Frequency((5, Rotations), (1, Ends), (1, Others));

    public abstract Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine);

    public abstract object? Run(SessionWorld world, SessionModel model);

    static DateTimeOffset At(int milliseconds) => Given.Now + TimeSpan.FromMilliseconds(milliseconds);

    static Issue IssueAt(int at, int source) =>
        new(At(at), TimeSpan.FromMilliseconds(12), MacKeyId: 2, new Use(source, TimeSpan.FromMilliseconds(8)));

    /// <summary>A possible state of a session; the numbers up to 4 are often right.</summary>
    static RotationState State(int seen) => new(seen, seen + 1, seen + 1, Given.Now);

    public sealed record Create(int Slot, int Owner, int Time) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine) =>
            world.Take(Slot) && await engine.Sessions.TryCreateAsync(Session(world), Given.Device);

        public override object? Run(SessionWorld world, SessionModel model) =>
            world.Take(Slot) && model.Create(Session(world));

        Session Session(SessionWorld world) => Given.Session(world.Account(Owner)) with
        {
            Id = world.Session(Slot),
            IdleExpiresAt = At(Time),
            ExpiresAt = At(25),
        };
    }

    public sealed record Rotate(int Slot, int Presented, bool Cookie, int Time, int Window, int Source) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine) =>
            await engine.Sessions.TryRotateAsync(Rotation(world));

        public override object? Run(SessionWorld world, SessionModel model) => model.Rotate(Rotation(world));

        Rotation Rotation(SessionWorld world) => new(
            world.Session(Slot), Presented, Cookie && Window == 0 ? SessionTransport.Cookie : SessionTransport.Body,
            null, TimeSpan.FromMilliseconds(Window), IssueAt(Time, Source));
    }

    public sealed record Advance(int Slot, int Seen, int Time, int Source) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine) =>
            await engine.Sessions.TryAdvanceAsync(world.Session(Slot), State(Seen), Next, IssueAt(Time, Source));

        public override object? Run(SessionWorld world, SessionModel model) =>
            model.Advance(world.Session(Slot), State(Seen), Next, IssueAt(Time, Source));

        RotationState Next => State(Seen) with { Last = Seen + 2 };
    }

    public sealed record Note(int Slot, int Seen, int Time, int Source) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine) =>
            await engine.Sessions.TryNoteUseAsync(world.Session(Slot), State(Seen), IssueAt(Time, Source));

        public override object? Run(SessionWorld world, SessionModel model) =>
            model.Note(world.Session(Slot), State(Seen), IssueAt(Time, Source));
    }

    public sealed record Reauthenticate(int Slot, int Owner, int Time) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine) =>
            await engine.Sessions.TryReauthenticateAsync(Again(world));

        public override object? Run(SessionWorld world, SessionModel model) => model.Reauthenticate(Again(world));

        Reauthentication Again(SessionWorld world) => new(
            world.Session(Slot), world.Account(Owner), Given.SecurityStamp(world.Account(Owner)), $"pwd {Time}", At(Time));
    }

    public sealed record End(int Slot, int Seen, int Time) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine) =>
            await engine.Sessions.TryEndAsync(world.Session(Slot), EndReason.Reuse, At(Time), InState);

        public override object? Run(SessionWorld world, SessionModel model) =>
            model.End(world.Session(Slot), EndReason.Reuse, At(Time), InState);

        RotationState? InState => Seen == 4 ? null : State(Seen);
    }

    public sealed record EndAll(int Owner, int Time) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine) =>
            await engine.Sessions.EndAllAsync(world.Account(Owner), EndReason.LogoutEverywhere, At(Time));

        public override object? Run(SessionWorld world, SessionModel model) =>
            model.EndAll(world.Account(Owner), EndReason.LogoutEverywhere, At(Time));
    }

    public sealed record Find(int Slot) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine) =>
            await engine.Sessions.FindAsync(world.Session(Slot), CancellationToken.None);

        public override object? Run(SessionWorld world, SessionModel model) => model.Find(world.Session(Slot));
    }

    public sealed record List(int Owner, int Time) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine) =>
            (await engine.Sessions.ListAsync(world.Account(Owner), At(Time), 10, CancellationToken.None)).Count;

        public override object? Run(SessionWorld world, SessionModel model) =>
            model.CountLive(world.Account(Owner), At(Time));
    }

    public sealed record Sweep(int Time) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine) =>
            (await engine.Sessions.SweepAsync(null, At(Time), 10, CancellationToken.None)).Deleted;

        public override object? Run(SessionWorld world, SessionModel model) => model.Sweep(At(Time));
    }

    public sealed record Disable(int Owner, bool Off, int Time) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine)
        {
            if (Off) await engine.Accounts.TryDisableAsync(world.Account(Owner), At(Time));
            else await engine.Accounts.TryEnableAsync(world.Account(Owner));
            return null;
        }

        public override object? Run(SessionWorld world, SessionModel model)
        {
            model.SetDisabled(world.Account(Owner), Off, At(Time));
            return null;
        }
    }

    public sealed record Delete(int Owner, int Time) : SessionStep
    {
        public override async Task<object?> RunAsync(SessionWorld world, EngineUnderTest engine) =>
            await engine.Accounts.TryDeleteAsync(world.Account(Owner), At(Time));

        public override object? Run(SessionWorld world, SessionModel model) =>
            model.Delete(world.Account(Owner), At(Time));
    }
}

/// <summary>The ids behind the numbers of one run. Each id belongs to only one session.</summary>
sealed class SessionWorld(IReadOnlyList<Guid> accounts, IReadOnlyList<Guid> sessions)
{
    readonly bool[] _taken = new bool[sessions.Count];

    public Guid Account(int owner) => accounts[owner];

    public Guid Session(int slot) => sessions[slot];

    public bool Take(int slot) => !_taken[slot] && (_taken[slot] = true);

    public SessionWorld Again() => new(accounts, sessions);
}
