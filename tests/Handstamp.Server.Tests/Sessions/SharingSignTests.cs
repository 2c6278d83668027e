using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>
/// Each sign is reported under its own name, in the log and in the metric, because an operator reacts to each one
/// differently.
/// </summary>
public sealed class SharingSignTests : IAsyncLifetime
{
    const string Phone = "Phone/1";
    const string Other = "curl/8";

    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    HandstampApp _app = null!;
    Measured _signs = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        _signs = new Measured(_app.Get<Telemetry>().SharingSigns);
        await _app.RegisterAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _signs.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task One_late_retry_from_an_earlier_source_is_a_change_of_the_source_and_not_a_repetition()
    {
        var token = await LoginAsync();
        await RefreshAsync(token, Other);

        await RefreshAsync(token, Phone);

        AssertReported(SharingSign.AlternatingSource);
    }

    [Fact]
    public async Task A_second_late_retry_in_a_row_is_a_repetition()
    {
        var token = await LoginAsync();
        for (var use = 0; use < 3; use++) await RefreshAsync(token, Phone);

        AssertReported(SharingSign.RepeatedLateRetry);
    }

    [Fact]
    public async Task A_rotation_from_another_source_and_back_is_a_change_of_the_source()
    {
        var token = await LoginAsync();
        var next = await RefreshAsync(token, Phone);
        next = await RefreshAsync(next, Other);

        await RefreshAsync(next, Phone);

        AssertReported(SharingSign.AlternatingSource);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_dead_token_is_a_sign_if_it_was_skipped_and_not_if_it_was_used(bool passedOver)
    {
        var first = await LoginAsync();
        var second = await RefreshAsync(first, Phone);
        var newer = passedOver ? await RefreshAsync(first, Phone) : second;
        for (var rotation = 0; rotation < (passedOver ? 1 : 2); rotation++) newer = await RefreshAsync(newer, Phone);

        using var refused = await SendAsync(second, Phone);

        Assert.Equal("refresh_token_reused", (await ProblemAnswer.ReadAsync(refused)).Code);
        AssertReported(passedOver ? [SharingSign.PassedOver] : []);
    }

    void AssertReported(params SharingSign[] signs)
    {
        Assert.Equal(signs.Select(sign => $"{sign}"), _signs.Sums.Keys);
        Assert.All(_signs.Sums.Values, count => Assert.Equal(1, count));
        Assert.Equal(signs.Length, _app.Logs.Of(3009).Count());
    }

    async Task<string> LoginAsync()
    {
        using var answer = await _app.SendAsync(
            HttpMethod.Post, "/login", new { email = HandstampApp.Email, password = HandstampApp.Password }, change: From(Phone));
        return (await TokenSet.ReadAsync(answer)).RefreshToken!;
    }

    async Task<string> RefreshAsync(string token, string agent)
    {
        using var answer = await SendAsync(token, agent);
        return (await TokenSet.ReadAsync(answer)).RefreshToken!;
    }

    Task<HttpResponseMessage> SendAsync(string token, string agent)
    {
        _app.Jump(Window);
        return _app.SendAsync(HttpMethod.Post, "/refresh", new { refresh_token = token }, change: From(agent));
    }

    static Action<HttpRequestMessage> From(string agent) => request => request.Headers.UserAgent.ParseAdd(agent);
}
