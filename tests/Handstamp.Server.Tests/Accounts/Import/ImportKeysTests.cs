using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using static Handstamp.Server.Tests.Accounts.Import.TestUsers;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>A command that imports users before the first start of the service.</summary>
public sealed class ImportKeysTests : IDisposable
{
    readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Keys_are_made_only_for_a_user_with_factors()
    {
        await using var service = Build();
        await service.Services.GetRequiredService<IStorage>().OpenAsync(default);
        var imports = service.Services.GetRequiredService<ImportOperations>();

        await imports.AddAsync([new() { Email = Ada }], wrap: false, Origin.Operator);
        await imports.TryAsync([new() { Email = "bob@example.com", Totp = [new() { Secret = Secret }] }], new());
        Assert.False(File.Exists(_directory.File("master.key")));
        await imports.AddAsync(
            [new() { Email = "carol@example.com" }, new() { Email = "bob@example.com", Totp = [new() { Secret = Secret }] }], wrap: false, Origin.Operator);

        Assert.True(File.Exists(_directory.File("master.key")));
        Assert.NotNull(service.Services.GetRequiredService<KeyRingService>().Ring.DataKey);
    }

    // Not started, as a command does not start it.
    WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Issuer"] = HandstampApp.Issuer,
            ["Storage:DataDirectory"] = _directory.Path,
        });
        builder.Logging.ClearProviders();
        builder.Services.AddHandstamp(builder.Configuration);
        builder.Services.AddHandstampSqlite(_directory.File("handstamp.db"));
        return builder.Build();
    }
}
