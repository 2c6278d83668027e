using System.Diagnostics.Metrics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Breached;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Settings and accounts for tests. The hash is the cheapest that libsodium makes.</summary>
static class TestAccounts
{
    public const string Email = "ada@example.com";
    public const string Password = "a violet umbrella";

    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static IOptions<AccountOptions> Options(Action<AccountOptions>? change = null)
    {
        var options = new AccountOptions { Hashing = { MemoryKiB = 8, Passes = 1, Concurrency = 2 } };
        change?.Invoke(options);
        return Microsoft.Extensions.Options.Options.Create(options);
    }

    /// <summary>It seals nothing, and has no key.</summary>
    public static PasswordSeal NoSeal() => new(keys: null!, unknown: null!, Microsoft.Extensions.Options.Options.Create(new KeyOptions()), TimeProvider.System);

    public static PasswordPolicy Policy(Action<AccountOptions>? change = null)
    {
        var options = Options(change);
        return new PasswordPolicy(options, new BreachedPasswords(options, NullLogger<BreachedPasswords>.Instance));
    }

    public static Account Account(string? passwordHash = null, string email = Email) => new()
    {
        Id = Guid.CreateVersion7(Now),
        Identifiers = [Identifier.OfEmail(email)],
        PasswordHash = passwordHash,
        SecurityStamp = "first",
        CreatedAt = Now,
    };

    public static Telemetry Telemetry() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
