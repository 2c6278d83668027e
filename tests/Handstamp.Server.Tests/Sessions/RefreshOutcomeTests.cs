using System.Diagnostics;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>What an operator sees of each refresh: the counter, the trace, the log and the audit trail.</summary>
public sealed class RefreshOutcomeTests : IAsyncLifetime
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    HandstampApp _app = null!;
    TokenSet _login = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        _login = await _app.RegisterAndLoginAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Each_outcome_is_counted_and_traced_under_its_own_name()
    {
        string[] expected = ["hold", "rotate", "replay", "quiet", "late_retry", "session_revoked"];
        using var counted = new Measured(_app.Get<Telemetry>().Refreshes);
        using var traced = new Traced("refresh");

        foreach (var wait in new[] { 0, 30, 0, 25, 10 })
        {
            _app.Jump(TimeSpan.FromSeconds(wait));
            (await _app.RefreshAsync(_login.RefreshToken!)).Dispose();
        }
        (await _app.PostAsync("/logout", new { }, _login.AccessToken)).Dispose();
        (await _app.RefreshAsync(_login.RefreshToken!)).Dispose();

        Assert.Equal(expected.ToDictionary(name => name, _ => 1L), counted.Sums);
        // A span may end after its answer has arrived.
        await Eventually.TrueAsync(() => traced.Outcomes.Count >= expected.Length, "all spans have ended");
        Assert.Equal(expected.Order(), traced.Outcomes.Order());
    }

    [Fact]
    public async Task A_late_retry_is_in_the_trail()
    {
        _app.Jump(Window);
        await _app.RefreshedAsync(_login.RefreshToken!);
        Assert.Equal(0, CountOf(" 6500 session.late_retry: "));

        _app.Jump(Window);
        await _app.RefreshedAsync(_login.RefreshToken!);

        Assert.Equal(1, CountOf(" 6500 session.late_retry: "));
    }

    [Fact]
    public async Task A_reuse_is_in_the_log_with_the_generation_that_was_used_and_the_newest_one()
    {
        List<string> tokens = [_login.RefreshToken!];
        for (var use = 0; use < 3; use++)
        {
            _app.Jump(Window);
            tokens.Add((await _app.RefreshedAsync(tokens[^1])).RefreshToken!);
        }
        _app.Jump(Window);
        await _app.RefreshedAsync(tokens[^2]);

        using var refused = await _app.RefreshAsync(tokens[0]);

        Assert.Equal("refresh_token_reused", (await ProblemAnswer.ReadAsync(refused)).Code);
        Assert.Equal(1, CountOf("ended: generation 1 was used after 5 had been issued."));
        Assert.Equal(0, CountOf("The database has gone back in time"));
    }

    [Fact]
    public async Task A_token_that_is_ahead_of_the_database_is_in_the_log_with_the_newest_generation_there()
    {
        _app.Jump(Window);
        await _app.RefreshedAsync(_login.RefreshToken!);
        _app.Jump(Window);
        await _app.RefreshedAsync(_login.RefreshToken!);
        var key = _app.Get<KeyRingService>().Ring.MacKey(_app.Clock.GetUtcNow());

        using var refused = await _app.RefreshAsync(RefreshToken.Create(key, _login.SessionId, generation: 9).Encode());

        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(refused)).Code);
        Assert.Equal(1, CountOf("generation 9 is authentic, but the newest one in the database is 3."));
    }

    int CountOf(string text) => _app.Logs.Lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>The outcomes of the spans of one name that belong to this test: others run at the same time.</summary>
    sealed class Traced : IDisposable
    {
        readonly ActivityListener _listener;
        readonly Activity _own = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        readonly List<string?> _outcomes = [];

        public Traced(string name)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source == Telemetry.Activities || source.Name == "Microsoft.AspNetCore",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = stopped =>
                {
                    if (stopped.Source != Telemetry.Activities || stopped.OperationName != name || stopped.TraceId != _own.TraceId) return;
                    lock (_outcomes) _outcomes.Add(stopped.GetTagItem("outcome") as string);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyList<string?> Outcomes { get { lock (_outcomes) return [.. _outcomes]; } }

        public void Dispose()
        {
            _listener.Dispose();
            _own.Dispose();
        }
    }
}
