using System.Net;
using Handstamp.Bearer.Issuer;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Bearer.Tests.Issuer;

/// <summary>Which questions about unknown keys reach the issuer, and when.</summary>
public sealed class KeyQuestionsTests : IDisposable
{
    const string Authority = "https://login.example.com";

    static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    readonly SigningKey _key = SigningKey.Create(JwsAlgorithm.Es256);
    readonly FakeTimeProvider _time = new();
    readonly Wire _wire = new();
    readonly IssuerClient _client;
    readonly IssuerKeys _keys;

    public KeyQuestionsTests()
    {
        var options = Options.Create(new HandstampBearerOptions { Authority = Authority, BackchannelHttpHandler = _wire });
        _client = new IssuerClient(options, _time);
        _keys = new IssuerKeys(_client, options, _time, NullLogger<IssuerKeys>.Instance);
    }

    public void Dispose()
    {
        _client.Dispose();
        _wire.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task A_question_during_a_fetch_that_brings_the_key_needs_no_other_fetch()
    {
        var gate = _wire.Hold();
        _wire.Published = [_key.PublicKey];
        _ = _keys.RefreshAsync();

        var asked = _keys.AskForAsync(_key.KeyId);
        gate.SetResult();

        Assert.True(await asked);
        Assert.Equal(1, _wire.Fetches);
    }

    [Fact]
    public async Task A_question_during_a_fetch_that_began_before_the_key_was_published_is_asked_again()
    {
        var gate = _wire.Hold();
        _ = _keys.RefreshAsync();

        var asked = _keys.AskForAsync(_key.KeyId);
        _wire.Then = [_key.PublicKey];
        gate.SetResult();

        Assert.True(await asked);
        Assert.True(_keys.Holds(_key.KeyId));
        Assert.Equal(2, _wire.Fetches);
    }

    [Fact]
    public async Task A_second_question_waits_until_a_second_after_the_first()
    {
        Assert.True(await _keys.AskAgainAsync());
        _time.Advance(IssuerKeys.Pause - Millisecond);

        var second = _keys.AskAgainAsync();
        Assert.Same(second, _keys.AskAgainAsync());
        // If the question had been asked at once, this would wait for its answer.
        Assert.True(await _keys.RefreshAsync());
        Assert.False(second.IsCompleted);
        _time.Advance(Millisecond);

        Assert.True(await second.WaitAsync(Eventually.Timeout));
        Assert.Equal(3, _wire.Fetches);
    }

    [Fact]
    public async Task Six_questions_in_a_row_are_asked_and_the_next_when_one_of_them_is_forgotten()
    {
        for (var question = 1; question <= IssuerKeys.Questions; question++)
        {
            Assert.True(await _keys.AskAgainAsync());
            _time.Advance(IssuerKeys.Pause);
        }

        // The first was asked six seconds ago, and counts for ten.
        _time.Advance(TimeSpan.FromSeconds(4) - Tick);
        Assert.False(await _keys.AskAgainAsync());
        _time.Advance(Tick);

        Assert.True(await _keys.AskAgainAsync());
        Assert.Equal(IssuerKeys.Questions + 1, _wire.Fetches);
    }

    sealed class Wire : HttpMessageHandler
    {
        Task _open = Task.CompletedTask;

        public JsonWebKey[] Published { get; set; } = [];

        /// <summary>What is published after the next fetch.</summary>
        public JsonWebKey[]? Then { get; set; }

        public int Fetches { get; private set; }

        /// <summary>No answer comes until the result of this is set.</summary>
        public TaskCompletionSource Hold()
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _open = gate.Task;
            return gate;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await _open.WaitAsync(cancellationToken);
            if (request.RequestUri!.AbsolutePath != "/keys")
                return new(HttpStatusCode.OK) { Content = new StringContent($$"""{"issuer":"{{Authority}}","jwks_uri":"{{Authority}}/keys"}""") };

            Fetches++;
            var keys = new JsonWebKeySet(Published);
            Published = Then ?? Published;
            return new(HttpStatusCode.OK) { Content = new ByteArrayContent(keys.ToJson().ToArray()) };
        }
    }
}
