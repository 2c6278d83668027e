using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>
/// The real store, with a moment between reading a session and acting on it, and one before a session is added. A test
/// can act in these moments.
/// </summary>
sealed class InterleavedSessions(IAccountSessionStore real) : IAccountSessionStore
{
    int _movedSweeps;

    /// <summary>Runs once, after the next reading.</summary>
    public Func<Task>? AfterFind { get; set; }

    /// <summary>Runs once, before the next session is added or reauthenticated: all has been verified.</summary>
    public Func<Task>? BeforeAdding { get; set; }

    /// <summary>
    /// Runs once, before the next rotation, when the token is authentic and the key of the next one is chosen.
    /// </summary>
    public Func<Task>? BeforeRotating { get; set; }

    /// <summary>How often moved sessions were swept.</summary>
    public int MovedSweeps => Volatile.Read(ref _movedSweeps);

    public static async Task<(HandstampApp App, InterleavedSessions Sessions)> StartAsync(Dictionary<string, string?>? settings = null)
    {
        var app = await HandstampApp.StartAsync(settings, services: Wrap);
        return (app, (InterleavedSessions)app.Get<ISessionStore>());
    }

    public static void Wrap(IServiceCollection services)
    {
        var real = services.Single(service => service.ServiceType == typeof(IAccountSessionStore));
        services.AddSingleton<IAccountSessionStore>(provider => new InterleavedSessions(
            (IAccountSessionStore)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)));
    }

    public async Task<SessionReading?> FindAsync(Guid id, CancellationToken cancel)
    {
        var reading = await real.FindAsync(id, cancel);
        if (AfterFind is { } meanwhile)
        {
            AfterFind = null;
            await meanwhile();
        }
        return reading;
    }

    public async Task<SessionCreation> TryCreateAsync(Session session, SessionDevice device, SessionTerms terms)
    {
        await ReachAddingAsync();
        return await real.TryCreateAsync(session, device, terms);
    }

    public async Task<SessionCreation> TryChangePasswordAsync(PasswordChange change, Session session, SessionDevice device)
    {
        await ReachAddingAsync();
        return await real.TryChangePasswordAsync(change, session, device);
    }

    public async Task<SessionReading?> TryReauthenticateAsync(Reauthentication again, Event done)
    {
        await ReachAddingAsync();
        return await real.TryReauthenticateAsync(again, done);
    }

    public async Task<SessionReading?> TryRotateAsync(Rotation rotation)
    {
        if (BeforeRotating is { } meanwhile)
        {
            BeforeRotating = null;
            await meanwhile();
        }
        return await real.TryRotateAsync(rotation);
    }

    public Task<IReadOnlyList<SeenDevice>> ListSeenAsync(Guid accountId, int limit, CancellationToken cancel) =>
        real.ListSeenAsync(accountId, limit, cancel);

    public Task<SessionReading?> TryAdvanceAsync(Guid id, RotationState from, RotationState to, Issue issue, Event lateRetry) =>
        real.TryAdvanceAsync(id, from, to, issue, lateRetry);

    public Task<Session?> TryNoteUseAsync(Guid id, RotationState inState, Issue issue) =>
        real.TryNoteUseAsync(id, inState, issue);

    public Task<Event?> TryEndAsync(Guid id, SessionEnding ending, RotationState? inState = null) => real.TryEndAsync(id, ending, inState);

    public Task<Event?> TryEndOwnAsync(Guid id, Guid accountId, SessionEnding ending) => real.TryEndOwnAsync(id, accountId, ending);

    public Task<Event?> EndAllAsync(Guid accountId, SessionEnding ending) => real.EndAllAsync(accountId, ending);

    public Task<IReadOnlyList<ListedSession>> ListAsync(Guid accountId, DateTimeOffset now, int limit, CancellationToken cancel) =>
        real.ListAsync(accountId, now, limit, cancel);

    public Task<Renaming> RenameAsync(Guid id, Guid accountId, string? deviceName, Event renamed) =>
        real.RenameAsync(id, accountId, deviceName, renamed);

    public Task<SweepStep> SweepAsync(Guid? after, DateTimeOffset before, int batch, CancellationToken cancel) =>
        real.SweepAsync(after, before, batch, cancel);

    public Task<Guid?> FindMovedAsync(byte[] token, DateTimeOffset now) => real.FindMovedAsync(token, now);

    public Task<int> SweepMovedAsync(DateTimeOffset now, int limit)
    {
        Interlocked.Increment(ref _movedSweeps);
        return real.SweepMovedAsync(now, limit);
    }

    async Task ReachAddingAsync()
    {
        if (BeforeAdding is not { } meanwhile) return;
        BeforeAdding = null;
        await meanwhile();
    }
}
