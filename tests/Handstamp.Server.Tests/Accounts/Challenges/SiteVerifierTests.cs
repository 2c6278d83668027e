using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Challenges;

/// <summary>What the answers of a service that checks visitors mean.</summary>
public sealed class SiteVerifierTests : IAsyncLifetime
{
    static readonly Refusal Unavailable = new(Problems.ChallengeUnavailable, RetryAfter: TimeSpan.FromSeconds(5));

    readonly FakeTimeProvider _clock = new(TestAccounts.Now);
    readonly LogLines _logs = new();
    readonly TaskCompletionSource _end = new();
    LoggerFactory _loggers = null!;
    SiteVerifyDouble _service = null!;
    SiteVerifier _verifier = null!;

    public async ValueTask InitializeAsync()
    {
        _loggers = new LoggerFactory([_logs]);
        _service = await SiteVerifyDouble.StartAsync();
        _verifier = Create(new()
        {
            Service = SiteVerifyService.Turnstile,
            SiteKey = "a-key",
            Secret = "a-secret",
            Url = $"{_service.Address}/siteverify",
        });
    }

    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        _verifier.Dispose();
        await _service.DisposeAsync();
        _loggers.Dispose();
        _logs.Dispose();
    }

    SiteVerifier Create(SiteVerifyOptions options) => new(
        Options.Create(new ChallengeOptions { SiteVerify = options }),
        Options.Create(new HandstampOptions { Issuer = "https://auth.example.com/path" }),
        Options.Create(new CorsSettings { AllowedOrigins = ["https://app.example.com", "https://shop.example.com:8443"] }),
        _clock, _loggers.CreateLogger<SiteVerifier>());

    [Fact]
    public async Task The_secret_the_response_and_the_key_are_sent_and_nothing_else()
    {
        Assert.True(await IsRightAsync());

        var sent = Assert.Single(_service.Requests);
        Assert.Equal(
            ["response=a-response-of-the-widget", "secret=a-secret", "sitekey=a-key"],
            sent.Select(field => $"{field.Key}={field.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_response_is_sent_up_to_8192_characters()
    {
        Assert.True(await IsRightAsync(SiteVerifyDouble.Right.PadRight(8192, 'x')));
        Assert.False(await IsRightAsync(SiteVerifyDouble.Right.PadRight(8193, 'x')));

        Assert.Single(_service.Requests);
    }

    [Fact]
    public async Task Without_a_service_no_response_is_right()
    {
        using var none = Create(new());

        Assert.Null(none.Widget);
        Assert.True((await none.IsRightAsync(SiteVerifyDouble.Right, default)).Has(out var isRight, out _));
        Assert.False(isRight);
        Assert.Empty(_service.Requests);
    }

    [Theory]
    [InlineData("""{"success":true}""")]
    [InlineData("""{"success":true,"hostname":"auth.example.com","action":"handstamp"}""")]
    [InlineData("""{"success":true,"hostname":"AUTH.example.com"}""")]
    [InlineData("""{"success":true,"hostname":"app.example.com"}""")]
    [InlineData("""{"success":true,"hostname":"shop.example.com"}""")]
    [InlineData("""{"success":true,"hostname":"","action":""}""")]
    [InlineData("""{"success":true,"hostname":null,"action":null}""")]
    [InlineData("""{"success":true,"hostname":7,"action":7}""")]
    [InlineData("""{"success":true,"error-codes":["bad-request"]}""")]
    public async Task A_success_counts_for_this_service_and_its_apps(string answer)
    {
        _service.Success = answer;

        Assert.True(await IsRightAsync());
        Assert.Empty(_logs.Lines);
    }

    [Theory]
    [InlineData("""{"success":true,"hostname":"example.com"}""")]
    [InlineData("""{"success":true,"hostname":"evil.example","action":"handstamp"}""")]
    [InlineData("""{"success":true,"hostname":"auth.example.com","action":"login"}""")]
    [InlineData("""{"success":true,"action":"Handstamp"}""")]
    [InlineData("""{"success":false}""")]
    [InlineData("""{"success":false,"hostname":"auth.example.com","action":"handstamp"}""")]
    [InlineData("""{"success":false,"error-codes":[]}""")]
    [InlineData("""{"success":false,"error-codes":["timeout-or-duplicate","Bad-Request"]}""")]
    [InlineData("""{"success":false,"error-codes":"bad-request"}""")]
    [InlineData("""{"success":false,"error-codes":[7,null]}""")]
    public async Task Every_other_answer_about_the_response_is_a_no(string answer)
    {
        _service.Success = answer;

        Assert.False(await IsRightAsync());
        Assert.Empty(_logs.Lines);
    }

    [Theory]
    [InlineData("""{"success":false,"error-codes":["missing-input-secret"]}""", "it answered missing-input-secret")]
    [InlineData("""{"success":false,"error-codes":["invalid-input-secret"]}""", "it answered invalid-input-secret")]
    [InlineData("""{"success":false,"error-codes":["sitekey-secret-mismatch"]}""", "it answered sitekey-secret-mismatch")]
    [InlineData("""{"success":false,"error-codes":["bad-request"]}""", "it answered bad-request")]
    [InlineData("""{"success":false,"error-codes":["internal-error"]}""", "it answered internal-error")]
    [InlineData("""{"success":false,"error-codes":[7,"timeout-or-duplicate","bad-request","internal-error"]}""", "it answered bad-request")]
    [InlineData("{}", "its answer does not say whether the response is right")]
    [InlineData("""{"success":null}""", "its answer does not say whether the response is right")]
    [InlineData("""{"success":1}""", "its answer does not say whether the response is right")]
    [InlineData("""{"success":"true"}""", "its answer does not say whether the response is right")]
    public async Task What_the_visitor_cannot_mend_is_logged_with_its_reason(string answer, string reason)
    {
        _service.Success = answer;

        await UnavailableAsync(_verifier.IsRightAsync(SiteVerifyDouble.Right, default), reason);
    }

    [Fact]
    public async Task An_answer_has_at_most_64_KiB()
    {
        _service.Success = Answer(64 * 1024);
        Assert.True(await IsRightAsync());

        _service.Success = Answer((64 * 1024) + 1);
        await UnavailableAsync(_verifier.IsRightAsync(SiteVerifyDouble.Right + "2", default), "its answer is too large");

        static string Answer(int length)
        {
            const string Empty = """{"success":true,"x":""}""";
            return Empty.Insert(Empty.Length - 2, new string('x', length - Empty.Length));
        }
    }

    [Fact]
    public async Task A_silent_service_is_given_up_after_ten_seconds()
    {
        _service.Instead = _ => _end.Task;

        var attempt = _verifier.IsRightAsync(SiteVerifyDouble.Right, default);
        _clock.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.False(attempt.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        await UnavailableAsync(attempt, "it did not answer within 10 seconds");
    }

    [Fact]
    public async Task A_visitor_who_has_gone_is_no_fault_of_the_service()
    {
        _service.Instead = _ => _end.Task;
        using var gone = new CancellationTokenSource();

        var attempt = _verifier.IsRightAsync(SiteVerifyDouble.Right, gone.Token);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
        Assert.Empty(_logs.Lines);
    }

    [Fact]
    public async Task The_service_is_asked_about_32_responses_at_a_time()
    {
        _service.Instead = async context =>
        {
            await _end.Task;
            await context.Response.WriteAsync("""{"success":true}""");
        };
        Task<OrRefusal<bool>>[] under = [.. Enumerable.Range(0, 32).Select(_ => _verifier.IsRightAsync(SiteVerifyDouble.Right, default))];

        await UnavailableAsync(_verifier.IsRightAsync(SiteVerifyDouble.Right, default), "32 requests to it are under way already");
        _end.SetResult();

        foreach (var attempt in under) Assert.True((await attempt).Has(out var isRight, out _) && isRight);
        Assert.True(await IsRightAsync());
    }

    async Task<bool> IsRightAsync(string response = SiteVerifyDouble.Right)
    {
        Assert.True((await _verifier.IsRightAsync(response, default)).Has(out var isRight, out _));
        return isRight;
    }

    async Task UnavailableAsync(Task<OrRefusal<bool>> attempt, string reason)
    {
        Assert.False((await attempt).Has(out _, out var refusal));
        Assert.Equal(Unavailable, refusal);
        Assert.Equal(
            $"Warning {typeof(SiteVerifier).FullName} 3190 The service at 127.0.0.1 that checks visitors cannot be used: {reason}. ",
            Assert.Single(_logs.Lines));
    }
}
