using System.Net;
using Handstamp.Identity;
using Handstamp.Identity.Tests;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Feed;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>What a change of a user does to the user's sessions, wherever in the app it is made.</summary>
public sealed class CredentialChangeTests
{
    [Theory]
    [InlineData(CredentialChange.EndOtherSessions, false, true, false)]
    [InlineData(CredentialChange.EndOtherSessions, true, true, false)]
    [InlineData(CredentialChange.EndAllSessions, false, false, false)]
    [InlineData(CredentialChange.KeepSessions, false, true, true)]
    public async Task The_setting_says_which_sessions_go_on(CredentialChange policy, bool onPostgres, bool ownGoesOn, bool otherGoesOn)
    {
        await using var app = await IdentityApp.StartAsync(options => options.WhenCredentialsChange = policy, onPostgres: onPostgres);
        await app.RegisterAsync("ada");
        var (own, other) = (await app.LogInAsync("ada"), await app.LogInAsync("ada"));

        await ChangeAsync(app, own);
        // A second change finds the session with its new stamp.
        if (ownGoesOn) await ChangeAsync(app, own);

        await AssertAsync(app, own, ownGoesOn);
        await AssertAsync(app, other, otherGoesOn);
    }

    [Fact]
    public async Task In_another_database_the_sessions_end_as_well()
    {
        await using var app = await IdentityApp.StartAsync(isApart: true);
        await app.RegisterAsync("ada");
        var (own, other) = (await app.LogInAsync("ada"), await app.LogInAsync("ada"));

        await ChangeAsync(app, own);

        await AssertAsync(app, own, goesOn: true);
        await AssertAsync(app, other, goesOn: false);
    }

    [Fact]
    public async Task Users_that_were_read_without_tracking_are_seen_too()
    {
        await using var app = await IdentityApp.StartAsync(database: options => options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));
        await app.RegisterAsync("ada");
        var (own, other) = (await app.LogInAsync("ada"), await app.LogInAsync("ada"));

        await ChangeAsync(app, own);

        await AssertAsync(app, own, goesOn: true);
        await AssertAsync(app, other, goesOn: false);
        await app.WithUserAsync("ada", (users, user) => users.SetLockoutEndDateAsync(user, DateTimeOffset.MaxValue));
        await AssertAsync(app, own, goesOn: false);
    }

    [Fact]
    public async Task A_change_that_was_given_up_ends_nothing_later()
    {
        await using var app = await IdentityApp.StartAsync();
        await app.RegisterAsync("ada");
        await app.RegisterAsync("bob");
        var ada = await app.LogInAsync("ada");

        await app.InScopeAsync<UsersContext<string>, int>(async context =>
        {
            var user = await context.Users.SingleAsync(user => user.UserName == "ada");
            await context.Users.Where(other => other.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(other => other.ConcurrencyStamp, "another"));
            user.SecurityStamp = "never saved";
            await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => context.SaveChangesAsync());
            context.ChangeTracker.Clear();
            (await context.Users.SingleAsync(user => user.UserName == "bob")).PhoneNumber = "1";
            return await context.SaveChangesAsync();
        });

        await AssertAsync(app, ada, goesOn: true);
    }

    [Fact]
    public async Task A_change_by_somebody_else_ends_all_sessions_and_not_those_of_others()
    {
        await using var app = await IdentityApp.StartAsync();
        await app.RegisterAsync("ada");
        await app.RegisterAsync("bob");
        var (ada, bob) = (await app.LogInAsync("ada"), await app.LogInAsync("bob"));

        await app.WithUserAsync("ada", (users, user) => users.UpdateSecurityStampAsync(user));

        await AssertAsync(app, ada, goesOn: false);
        await AssertAsync(app, bob, goesOn: true);
    }

    [Theory]
    [InlineData("stamp", false)]
    [InlineData("stamp", true)]
    [InlineData("lockout", false)]
    [InlineData("lockout", true)]
    [InlineData("deletion", false)]
    [InlineData("deletion", true)]
    public async Task A_change_that_no_tracker_has_seen_ends_a_session_at_its_next_refresh(string change, bool isApart)
    {
        await using var app = await IdentityApp.StartAsync(isApart: isApart);
        await app.RegisterAsync("ada");
        var session = await app.LogInAsync("ada");
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        await app.InScopeAsync<UsersContext<string>, int>(context => change switch
        {
            "stamp" => context.Users.ExecuteUpdateAsync(set => set.SetProperty(user => user.SecurityStamp, "another")),
            "lockout" => context.Users.ExecuteUpdateAsync(set => set.SetProperty(user => user.LockoutEnd, DateTimeOffset.MaxValue)),
            _ => context.Users.ExecuteDeleteAsync(),
        });

        await AssertAsync(app, session, goesOn: false);
    }

    [Fact]
    public async Task A_session_with_an_old_stamp_is_in_no_list()
    {
        await using var app = await IdentityApp.StartAsync();
        await app.RegisterAsync("ada");
        await app.LogInAsync("ada");

        await app.InScopeAsync<UsersContext<string>, int>(context =>
            context.Users.ExecuteUpdateAsync(set => set.SetProperty(user => user.SecurityStamp, "another")));

        Assert.Empty(await app.WithUserAsync("ada", (_, user) => app.WithSessionsAsync(sessions => sessions.ListAsync(user, default))));
    }

    [Fact]
    public async Task A_transaction_of_the_app_that_is_undone_ends_nothing()
    {
        await using var app = await IdentityApp.StartAsync();
        await app.RegisterAsync("ada");
        var session = await app.LogInAsync("ada");

        await app.InScopeAsync<UsersContext<string>, int>(async context =>
        {
            await using var transaction = await context.Database.BeginTransactionAsync();
            (await context.Users.SingleAsync()).SecurityStamp = "another";
            return await context.SaveChangesAsync();
        });

        await AssertAsync(app, session, goesOn: true);
    }

    [Fact]
    public async Task A_lockout_after_wrong_passwords_ends_nothing_because_strangers_can_cause_it()
    {
        await using var app = await IdentityApp.StartAsync();
        await app.RegisterAsync("ada");
        var session = await app.LogInAsync("ada");

        for (var attempt = 0; attempt < 5; attempt++) await app.WithUserAsync("ada", (users, user) => users.AccessFailedAsync(user));

        Assert.True(await app.WithUserAsync("ada", (users, user) => users.IsLockedOutAsync(user)));
        await AssertAsync(app, session, goesOn: true);
    }

    [Theory]
    [InlineData(EndReason.AccountDisabled)]
    [InlineData(EndReason.AccountDeleted)]
    internal async Task A_user_who_is_locked_out_for_long_or_deleted_has_no_session(EndReason reason)
    {
        await using var app = await IdentityApp.StartAsync();
        await app.RegisterAsync("ada");
        var session = await app.LogInAsync("ada");

        await app.WithUserAsync("ada", (users, user) => reason == EndReason.AccountDeleted
            ? users.DeleteAsync(user)
            : users.SetLockoutEndDateAsync(user, DateTimeOffset.MaxValue));

        await AssertAsync(app, session, goesOn: false);
        Assert.Equal(reason, Assert.Single(await FeedAsync(app)).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_login_at_the_moment_of_a_change_leaves_no_live_session_with_the_old_stamp(bool onPostgres)
    {
        await using var app = await IdentityApp.StartAsync(onPostgres: onPostgres);
        for (var round = 0; round < 15; round++)
        {
            await app.RegisterAsync($"ada{round}");
            var user = await app.WithUserAsync($"ada{round}", (_, user) => Task.FromResult(user));

            var login = Task.Run(() => app.WithSessionsAsync(sessions => sessions.BeginAsync(user, new(["pwd"]), Given.By)));
            await app.WithUserAsync($"ada{round}", (users, user) => users.UpdateSecurityStampAsync(user));

            if (await login is LoginOutcome.Begun begun)
                Assert.Equal(begun.Reading.Session.Id, Assert.Single(await FeedAsync(app), entry => entry.SessionId == begun.Reading.Session.Id).SessionId);
        }
    }

    [Fact]
    public async Task If_the_sessions_cannot_end_the_change_is_not_saved()
    {
        var commands = new BeforeCommand("INSERT INTO \"HandstampRevocations\"");
        await using var app = await IdentityApp.StartAsync(database: options => options.AddInterceptors(commands));
        await app.RegisterAsync("ada");
        var session = await app.LogInAsync("ada");
        var stamp = await app.WithUserAsync("ada", (users, user) => users.GetSecurityStampAsync(user));

        commands.Once(0, () => throw new InvalidOperationException("injected"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.WithUserAsync("ada", (users, user) => users.UpdateSecurityStampAsync(user)));

        Assert.Equal(stamp, await app.WithUserAsync("ada", (users, user) => users.GetSecurityStampAsync(user)));
        await AssertAsync(app, session, goesOn: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_by_sql_between_the_read_and_the_write_of_a_refresh_is_not_passed_over(bool isLockout)
    {
        var commands = new BeforeCommand("UPDATE \"HandstampSessions\"");
        await using var app = await IdentityApp.StartAsync(database: options => options.AddInterceptors(commands));
        await app.RegisterAsync("ada");
        var session = await app.LogInAsync("ada");
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        commands.Once(0, () =>
        {
            using var database = new SqliteConnection(app.ConnectionString);
            database.Open();
            using var change = database.CreateCommand();
            change.CommandText = """
                UPDATE AspNetUsers SET
                  SecurityStamp = CASE WHEN @isLockout THEN SecurityStamp ELSE 'another' END,
                  LockoutEnd = CASE WHEN @isLockout THEN '9999-12-31 23:59:59+00:00' END
                """;
            change.Parameters.AddWithValue("@isLockout", isLockout);
            change.ExecuteNonQuery();
            return Task.CompletedTask;
        });

        Assert.Equal(
            isLockout ? Problems.AccountDisabled : Problems.SessionRevoked,
            Assert.IsType<RefreshOutcome.Refused>(await app.RefreshAsync(session.Refresh)).Problem);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-1)]
    [InlineData(3)]
    public async Task A_database_that_rounds_the_end_of_a_lockout_refreshes_and_logs_in(int? minutes)
    {
        await using var app = await IdentityApp.StartAsync(database: options => options.ReplaceService<IModelCustomizer, Rounding>());
        await app.RegisterAsync("ada");
        var session = await app.LogInAsync("ada");
        var until = minutes is { } count ? app.Clock.GetUtcNow().AddMinutes(count).AddTicks(1234567) : (DateTimeOffset?)null;
        await app.WithUserAsync("ada", (users, user) => users.SetLockoutEndDateAsync(user, until));
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.IsType<RefreshOutcome.Granted>(await app.RefreshAsync(session.Refresh));
        await app.LogInAsync("ada");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lockout_between_the_read_and_the_write_of_a_refresh_is_not_passed_over(bool wasLockedOut)
    {
        var commands = new BeforeCommand("UPDATE \"HandstampSessions\"");
        await using var app = await IdentityApp.StartAsync(database: options => options.AddInterceptors(commands));
        await app.RegisterAsync("ada");
        var session = await app.LogInAsync("ada");
        if (wasLockedOut) await app.WithUserAsync("ada", (users, user) => users.SetLockoutEndDateAsync(user, app.Clock.GetUtcNow()));
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        commands.Once(0, () => app.WithUserAsync("ada", (users, user) => users.SetLockoutEndDateAsync(user, DateTimeOffset.MaxValue)));

        Assert.True(Assert.IsType<RefreshOutcome.Refused>(await app.RefreshAsync(session.Refresh)).Problem.Definitive);
    }

    [Fact]
    public async Task A_session_and_its_user_are_read_as_they_were_at_one_moment()
    {
        var commands = new BeforeCommand("FROM \"AspNetUsers\"");
        await using var app = await IdentityApp.StartAsync(database: options => options.AddInterceptors(commands));
        await app.RegisterAsync("ada");
        var session = await app.LogInAsync("ada");
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        commands.Once(0, async () =>
        {
            Assert.IsType<RefreshOutcome.Granted>(await app.RefreshAsync(session.Refresh));
            await app.WithUserAsync("ada", (users, user) => users.SetLockoutEndDateAsync(user, DateTimeOffset.MaxValue));
        });
        var reading = (await app.Get<ISessionStore>().FindAsync(session.Session, TestContext.Current.CancellationToken))!;

        Assert.Equal((AccountState.Disabled, 2), (reading.Account, reading.Session.Rotation.Last));
    }

    static async Task ChangeAsync(IdentityApp app, Tokens by)
    {
        using var answer = await app.CallAsync(HttpMethod.Post, "/stamp", by.Access);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>A session that goes on answers and refreshes; one that does not is refused at once, and is on the feed.</summary>
    static async Task AssertAsync(IdentityApp app, Tokens session, bool goesOn)
    {
        var outcome = await app.RefreshAsync(session.Refresh);
        using var answer = await app.CallAsync(HttpMethod.Get, "/me", session.Access);

        Assert.Equal(goesOn ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answer.StatusCode);
        if (goesOn) Assert.IsType<RefreshOutcome.Granted>(outcome);
        else Assert.True(Assert.IsType<RefreshOutcome.Refused>(outcome).Problem.Definitive);
        Assert.Equal(goesOn ? 0 : 1, (await FeedAsync(app)).Count(entry => entry.SessionId == session.Session));
    }

    static Task<IReadOnlyList<Revocation>> FeedAsync(IdentityApp app) =>
        app.Get<IRevocationLog>().ReadAfterAsync(0, DateTimeOffset.MinValue, 1000, TestContext.Current.CancellationToken);

    /// <summary>A model that reads times with less precision than the database has.</summary>
    sealed class Rounding(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies)
    {
        public override void Customize(ModelBuilder modelBuilder, DbContext context)
        {
            base.Customize(modelBuilder, context);
            modelBuilder.Entity<IdentityUser<string>>().Property(user => user.LockoutEnd).HasConversion(
                time => time, time => time == null ? null : time.Value.AddTicks(-(time.Value.Ticks % TimeSpan.TicksPerSecond)));
        }
    }
}
