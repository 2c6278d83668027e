using Handstamp.Server.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>Calls to another system that does not answer.</summary>
public sealed class BoundedCallsTests : IDisposable
{
    readonly FakeTimeProvider _clock = new();
    readonly BoundedCalls _calls;

    public BoundedCallsTests() => _calls = new BoundedCalls(2, TimeSpan.FromSeconds(7), _clock);

    public void Dispose() => _calls.Dispose();

    [Fact]
    public async Task A_call_gives_what_it_gets()
    {
        for (var call = 0; call < 5; call++)
            Assert.Equal(call, await _calls.RunAsync(_ => Task.FromResult(call), default));
    }

    [Fact]
    public async Task One_call_too_many_fails_at_once_and_a_place_is_free_when_a_call_ends()
    {
        var ends = new TaskCompletionSource<int>();
        var under = new[] { _calls.RunAsync(_ => ends.Task, default), _calls.RunAsync(_ => ends.Task, default) };

        var refused = await Assert.ThrowsAsync<CallFailedException>(() => _calls.RunAsync(_ => Task.FromResult(1), default));

        Assert.Equal("2 requests to it are under way already", refused.Message);
        ends.SetResult(1);
        await Task.WhenAll(under);
        Assert.Equal(2, await _calls.RunAsync(_ => Task.FromResult(2), default));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_the_limit_and_a_call_that_goes_on_keeps_its_place()
    {
        var ends = new TaskCompletionSource<int>();
        var asked = CancellationToken.None;
        var late = _calls.RunAsync(
            cancel =>
            {
                asked = cancel;
                return ends.Task;
            },
            default);
        _clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(late.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("it did not answer within 7 seconds", (await Assert.ThrowsAsync<CallFailedException>(() => late)).Message);
        Assert.True(asked.IsCancellationRequested);
        var other = _calls.RunAsync(_ => ends.Task, default);
        await Assert.ThrowsAsync<CallFailedException>(() => _calls.RunAsync(_ => Task.FromResult(1), default));
        ends.SetResult(3);
        Assert.Equal(3, await other);
    }

    [Fact]
    public async Task A_caller_who_leaves_is_no_failure_of_the_other_system()
    {
        using var leaves = new CancellationTokenSource();
        var call = _calls.RunAsync(async cancel =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return 1;
        }, leaves.Token);

        await leaves.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }
}
