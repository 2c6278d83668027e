using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Former;

public sealed class FormerCallsTests : IDisposable
{
    readonly FakeTimeProvider _clock = new();
    readonly FormerCalls _calls;

    public FormerCallsTests() => _calls = new FormerCalls(_clock);

    public void Dispose() => _calls.Dispose();

    [Fact]
    public async Task An_answer_is_given_without_a_reason() =>
        Assert.Equal(("yes", null), await _calls.TryAsync(_ => Task.FromResult("yes")));

    [Fact]
    public async Task The_reason_of_a_failed_call_is_its_message() => Assert.Equal(
        (null, "it could not be reached"), await _calls.TryAsync<string>(_ => throw new CallFailedException("it could not be reached")));

    [Fact]
    public async Task Of_anything_else_that_is_thrown_only_the_kind_is_said()
    {
        Assert.Equal((null, "it has thrown FormatException"), await _calls.TryAsync<string>(_ => throw new FormatException("tulip")));
        Assert.Equal(
            (null, "it has thrown TaskCanceledException"), await _calls.TryAsync<string>(_ => throw new TaskCanceledException("tulip")));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_five_seconds()
    {
        var ends = new TaskCompletionSource<string>();
        var late = _calls.TryAsync(_ => ends.Task);
        _clock.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        Assert.False(late.IsCompleted);

        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((null, "it did not answer within 5 seconds"), await late);
        Assert.Equal(TimeSpan.FromSeconds(5), FormerCalls.RetryAfter);
        ends.SetResult("late");
    }

    [Fact]
    public async Task At_most_32_questions_are_under_way()
    {
        var ends = new TaskCompletionSource<string>();
        Task<(string? Answer, string? Failure)>[] under = [.. Enumerable.Range(0, 32).Select(number => _calls.TryAsync(_ => ends.Task))];

        Assert.Equal((null, "32 requests to it are under way already"), await _calls.TryAsync(_ => Task.FromResult("one too many")));

        ends.SetResult("yes");
        Assert.All(await Task.WhenAll(under), outcome => Assert.Equal(("yes", null), outcome));
    }
}
