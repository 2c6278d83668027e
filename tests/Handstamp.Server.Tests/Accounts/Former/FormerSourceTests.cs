using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Former;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Former;

/// <summary>Who is asked about an old password, and what the log says if nobody knows.</summary>
public sealed class FormerSourceTests : IDisposable
{
    readonly LogLines _logs = new();
    readonly LoggerFactory _loggers;
    readonly FakeTimeProvider _clock = new(TestAccounts.Now);
    readonly FormerSystemOptions _options = new() { Secret = FormerSystem.Secret };
    readonly FormerCallback _callback;

    readonly Account _account = new()
    {
        Id = Guid.CreateVersion7(TestAccounts.Now),
        Identifiers = [Identifier.OfUsername("Ada"), Identifier.OfEmail("Ada@example.com"), Identifier.OfEmail("other@example.com")],
        SecurityStamp = "first",
        CreatedAt = TestAccounts.Now,
    };

    public FormerSourceTests()
    {
        _loggers = new LoggerFactory([_logs]);
        _callback = new FormerCallback(Options.Create(_options));
    }

    public void Dispose()
    {
        _callback.Dispose();
        _loggers.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task The_app_s_last_source_is_asked_and_not_the_callback()
    {
        _options.PasswordUrl = "http://127.0.0.1:1/gone";
        var (first, last) = (new Source(_ => false), new Source(_ => true));

        Assert.True(await IsRightAsync(first, last));

        Assert.Empty(first.Asked);
        var asked = Assert.Single(last.Asked);
        Assert.Equal((_account.Id, "Ada@example.com", "Ada"), (asked.Id, asked.Email, asked.Username));
        Assert.Empty(_logs.Lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_answer_of_the_source_is_passed_on(bool isRight) => Assert.Equal(isRight, await IsRightAsync(new Source(_ => isRight)));

    [Fact]
    public async Task Without_an_app_s_source_the_callback_is_asked()
    {
        _options.PasswordUrl = "http://127.0.0.1:1/gone";

        Assert.Null(await IsRightAsync());

        Assert.Contains(
            $" 3170 The former system could not check the password of account {_account.Id}: it could not be reached. ",
            Assert.Single(_logs.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_source_throws_is_not_an_answer()
    {
        Assert.Null(await IsRightAsync(new Source(password => throw new FormatException(password))));

        Assert.Contains(
            $" 3170 The former system could not check the password of account {_account.Id}: it has thrown FormatException. ",
            Assert.Single(_logs.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_nobody_to_ask_every_password_is_wrong()
    {
        Assert.False(await IsRightAsync());

        Assert.Contains(
            $" 3171 Only the former system knows the password of account {_account.Id}, and it is not asked: ",
            Assert.Single(_logs.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_its_end_not_even_the_app_s_source_is_asked()
    {
        _options.Until = DateOnly.FromDateTime(TestAccounts.Now.UtcDateTime);
        var source = new Source(_ => true);

        Assert.False(await IsRightAsync(source));

        Assert.Empty(source.Asked);
        Assert.Single(_logs.Of(3171));
        _options.Until = _options.Until.Value.AddDays(1);
        Assert.True(await IsRightAsync(source));
    }

    async Task<bool?> IsRightAsync(params Source[] sources)
    {
        using var passwords = new FormerPasswords(
            sources, new PasswordCallback(_callback, Options.Create(_options)), Options.Create(_options), _clock, _loggers.CreateLogger<FormerPasswords>());
        return await passwords.IsRightAsync(_account, "tulip");
    }

    sealed class Source(Func<string, bool> check) : IFormerPasswords
    {
        public List<FormerAccount> Asked { get; } = [];

        public Task<bool> IsRightAsync(FormerAccount account, string password, CancellationToken cancel)
        {
            Asked.Add(account);
            return Task.FromResult(check(password));
        }
    }
}
