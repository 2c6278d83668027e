using System.Data.Common;
using System.Runtime.CompilerServices;
using Handstamp.Identity.Tokens;
using Handstamp.Identity.Users;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Storage.EntityFramework.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Identity.Sessions;

/// <summary>
/// Ends sessions when a user is saved whose stamp has changed, who is locked out for long, or who is deleted; wherever in the app that
/// is. If the sessions are in the same database, they end in the transaction of the change, after the user's row is written: a login at
/// the same moment holds that row. Otherwise they end right after.
/// </summary>
sealed class UserChangeInterceptor<TUser>(
    SessionDatabase database, EndedSessions ended, AuditTrail trail, IHttpContextAccessor http, IOptions<HandstampIdentityOptions> options,
    IOptions<IdentityOptions> identity, TimeProvider clock, ILogger<UserChangeInterceptor<TUser>> log)
    : SaveChangesInterceptor, IDbTransactionInterceptor where TUser : class
{
    readonly UserChanges<TUser> _changes = new(options.Value.WhenCredentialsChange, new Lockouts(identity.Value.Lockout));
    readonly ConditionalWeakTable<DbContext, Saving> _savings = [];

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await SavingAsync(eventData.Context!, cancellationToken);
        return result;
    }

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        SavingAsync(eventData.Context!, CancellationToken.None).GetAwaiter().GetResult();
        return result;
    }

    async Task SavingAsync(DbContext context, CancellationToken cancel)
    {
        // What was to be saved before, and was given up.
        Forget(context);
        var changes = await _changes.InAsync(context, clock.Now(), cancel);
        if (changes.Count == 0) return;
        _savings.AddOrUpdate(context, new Saving(changes, context.Database.AutoTransactionBehavior));
        // EF Core would save one row without a transaction.
        if (database.IsOf(context)) context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
    }

    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } context && database.IsOf(context) && _savings.TryGetValue(context, out var saving)) await EndInAsync(context, saving);
        return result;
    }

    public InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        if (eventData.Context is { } context && database.IsOf(context) && _savings.TryGetValue(context, out var saving))
            EndInAsync(context, saving).GetAwaiter().GetResult();
        return result;
    }

    public override async ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        await SavedAsync(eventData.Context!);
        return result;
    }

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        SavedAsync(eventData.Context!).GetAwaiter().GetResult();
        return result;
    }

    public override void SaveChangesFailed(DbContextErrorEventData eventData) => Forget(eventData.Context!);

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context!);
        return Task.CompletedTask;
    }

    public override void SaveChangesCanceled(DbContextEventData eventData) => Forget(eventData.Context!);

    public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context!);
        return Task.CompletedTask;
    }

    public override InterceptionResult ThrowingConcurrencyException(ConcurrencyExceptionEventData eventData, InterceptionResult result)
    {
        Forget(eventData.Context!);
        return result;
    }

    public override ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
        ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context!);
        return new(result);
    }

    async Task SavedAsync(DbContext context)
    {
        if (Forget(context) is not { } saving) return;
        // In a transaction of the app's own, nothing was committed yet.
        if (!database.IsOf(context)) await EndApartAsync(saving);
        else if (!saving.IsDone) await EndInAsync(context, saving);
        trail.Record(saving.Events);
        if (context.Database.CurrentTransaction is null) await CatchUpAsync(saving);
    }

    async Task EndInAsync(DbContext context, Saving saving)
    {
        saving.IsDone = true;
        // The execution strategy may have undone an attempt.
        saving.Events.Clear();
        // To end a session needs no service.
        foreach (var change in saving.Changes) saving.Add(await EndAsync(new Unit(null!, context), change));
    }

    async Task EndApartAsync(Saving saving)
    {
        foreach (var change in saving.Changes)
        {
            try
            {
                saving.Add(await database.TransactAsync(unit => EndAsync(unit, change)));
            }
            catch (StorageUnavailableException fault)
            {
                // The change itself is saved.
                IdentityLog.SessionsNotEnded(log, change.UserId, fault);
            }
        }
    }

    Task<Event?> EndAsync(Unit unit, UserChange change)
    {
        var by = http.HttpContext is { } request ? Origin.Of(request) : Origin.System;
        return unit.EndAsync(change, http.HttpContext?.User.SessionId(), by.Ends(change.Reason, clock.Now()));
    }

    async Task CatchUpAsync(Saving saving)
    {
        try
        {
            if (saving.Events.Count > 0) await ended.CatchUpAsync(CancellationToken.None);
        }
        catch (StorageUnavailableException fault)
        {
            IdentityLog.EndsNotRead(log, fault);
        }
    }

    Saving? Forget(DbContext context)
    {
        if (!_savings.TryGetValue(context, out var saving)) return null;
        _savings.Remove(context);
        context.Database.AutoTransactionBehavior = saving.Behavior;
        return saving;
    }

    /// <summary>One call of SaveChanges that ends sessions.</summary>
    sealed class Saving(IReadOnlyList<UserChange> changes, AutoTransactionBehavior behavior)
    {
        public IReadOnlyList<UserChange> Changes => changes;

        public AutoTransactionBehavior Behavior => behavior;

        public List<Event> Events { get; } = [];

        public bool IsDone { get; set; }

        public void Add(Event? ended)
        {
            if (ended is not null) Events.Add(ended);
        }
    }
}
