using System.Text;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Former;

/// <summary>What goes over the wire, in both directions.</summary>
public sealed class FormerCallbackTests : IAsyncLifetime
{
    const int MaxLength = 16 * 1024;

    FormerSystem _former = null!;
    FormerCallback _callback = null!;

    public async ValueTask InitializeAsync()
    {
        _former = await FormerSystem.StartAsync();
        _callback = new FormerCallback(Options.Create(new FormerSystemOptions { Secret = FormerSystem.Secret }));
    }

    public async ValueTask DisposeAsync()
    {
        _callback.Dispose();
        await _former.DisposeAsync();
    }

    [Fact]
    public async Task The_question_is_JSON_with_everything_that_is_known_and_asks_for_JSON()
    {
        (string? Content, string? Accept) types = default;
        _former.Answer = context =>
        {
            types = (context.Request.ContentType, context.Request.Headers.Accept);
            return Task.CompletedTask;
        };
        var id = Guid.CreateVersion7(TestAccounts.Now);

        await AskAsync(new() { Id = id, Username = "Ada", Password = "tulip" });

        Assert.Equal(("application/json", "application/json"), types);
        var (authorization, body) = Assert.Single(_former.Questions);
        Assert.Equal($"Bearer {FormerSystem.Secret}", authorization);
        Assert.Equal($$"""{"id":"{{id}}","email":null,"username":"Ada","password":"tulip"}""", body.GetRawText());
    }

    [Fact]
    public async Task Yes_has_a_body_that_can_be_empty()
    {
        Assert.Equal("", await AnswerAsync());

        _former.Answer = context => context.Response.WriteAsync("""{"more":1}""");

        Assert.Equal("""{"more":1}""", await AnswerAsync());
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task No_has_none(int status)
    {
        _former.Say(status);

        Assert.Null(await AnswerAsync());
    }

    [Theory]
    [InlineData(201)]
    [InlineData(402)]
    [InlineData(503)]
    public async Task Another_status_is_a_failure_that_names_it(int status)
    {
        _former.Say(status);

        var failure = await Assert.ThrowsAsync<CallFailedException>(AnswerAsync);

        Assert.Equal($"it answered with the status {status}", failure.Message);
    }

    [Fact]
    public async Task An_answer_has_at_most_16_KiB()
    {
        _former.Answer = context => context.Response.WriteAsync(new string('x', MaxLength));
        Assert.Equal(MaxLength, (await AnswerAsync())!.Length);

        _former.Answer = context => context.Response.WriteAsync(new string('x', MaxLength + 1));
        Assert.Equal("its answer is too large", (await Assert.ThrowsAsync<CallFailedException>(AnswerAsync)).Message);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    public async Task A_yes_is_a_right_password(int status, bool isRight)
    {
        _former.Say(status);
        var callback = new PasswordCallback(_callback, Options.Create(new FormerSystemOptions { PasswordUrl = _former.Url }));
        var account = new FormerAccount { Id = Guid.CreateVersion7(TestAccounts.Now), Email = "Ada@example.com", Username = "Ada" };

        Assert.Equal(isRight, await callback.IsRightAsync(account, "tulip", default));

        Assert.Equal(
            $$"""{"id":"{{account.Id}}","email":"Ada@example.com","username":"Ada","password":"tulip"}""",
            Assert.Single(_former.Questions).Body.GetRawText());
    }

    async Task<string?> AnswerAsync()
    {
        var body = await AskAsync(new() { Id = Guid.CreateVersion7(TestAccounts.Now), Password = "tulip" });
        return body is null ? null : Encoding.ASCII.GetString(body);
    }

    Task<byte[]?> AskAsync(PasswordQuestion question) => _callback.AskAsync(_former.Url, question, FormerJson.Default.PasswordQuestion, default);
}
