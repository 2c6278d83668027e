using System.Buffers;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Export;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.Accounts.Import;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Export;

/// <summary>The parts of the copy of an account's data.</summary>
public sealed class PersonalDataTests : IAsyncLifetime
{
    static readonly DateTimeOffset Made = new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);

    HandstampApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_account_has_its_profile_and_every_name()
    {
        var account = await AddAsync(new()
        {
            Username = "ada",
            Emails = [new("Ada@example.com", Made.AddDays(1)), new("ada@example.org")],
            PasswordHash = Account.FormerPassword,
            CreatedAt = Made,
        });
        var changed = await _app.Get<ProfileOperations>().ChangeAsync(
            account.Id, Guid.NewGuid(), old => old with { Name = "Ada L." }, Origin.Operator, default);
        Assert.True(changed.Has(out _, out _));

        var data = await WriteAsync<AccountData>(account);

        Assert.Equal(["profile", "identifiers", "has_password"], data.EnumerateObject().Select(member => member.Name));
        var profile = data.GetProperty("profile");
        Assert.Equal(account.Id, profile.GetProperty("id").GetGuid());
        Assert.Equal(("Ada L.", "Ada@example.com"), (profile.GetProperty("name").GetString(), profile.GetProperty("email").GetString()));
        JsonElement[] names = [.. data.GetProperty("identifiers").EnumerateArray()];
        Assert.Equal(
            [("email", "Ada@example.com"), ("email", "ada@example.org"), ("username", "ada")],
            names.Select(name => (name.GetProperty("kind").GetString()!, name.GetProperty("value").GetString()!)));
        Assert.Equal(Made.AddDays(1), names[0].GetProperty("verified_at").GetDateTimeOffset());
        Assert.All(names[1..], name => Assert.False(name.TryGetProperty("verified_at", out _)));
        Assert.True(data.GetProperty("has_password").GetBoolean());
    }

    [Fact]
    public async Task An_account_without_a_password_says_so() =>
        Assert.False((await WriteAsync<AccountData>(await AddAsync(new() { Email = TestUsers.Ada }))).GetProperty("has_password").GetBoolean());

    [Fact]
    public async Task Second_factors_are_listed_without_their_secrets()
    {
        var account = await AddAsync(new()
        {
            Email = TestUsers.Ada,
            Totp = [new() { Secret = TestUsers.Secret, Name = "Telephone" }, new() { Secret = TestUsers.Secret, Name = "Tablet" }],
            RecoveryCodes = ["4k7mq-x2t9d", "4k7mq-x2t9e", "4k7mq-x2t9f"],
        });

        var data = await WriteAsync<SecondFactorData>(account);

        Assert.Equal(
            ["Tablet", "Telephone"],
            data.GetProperty("factors").EnumerateArray().Select(factor => factor.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(3, data.GetProperty("recovery_codes").GetInt32());
        Assert.False(data.GetProperty("required").GetBoolean());
        Assert.DoesNotContain(TestUsers.Secret, data.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passkeys_are_listed_the_oldest_first()
    {
        var account = await AddAsync(new()
        {
            Id = TestUsers.Id,
            Email = TestUsers.Ada,
            Passkeys =
            [
                TestUsers.NewPasskey("AQID", name: "Phone", createdAt: Made.AddDays(2)),
                TestUsers.NewPasskey("BAUG", name: "Key ring", createdAt: Made.AddDays(1)),
            ],
        });

        var data = await WriteAsync<PasskeyData>(account);

        Assert.Equal(["Key ring", "Phone"], data.EnumerateArray().Select(passkey => passkey.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Without_passkeys_the_list_is_empty() =>
        Assert.Empty((await WriteAsync<PasskeyData>(TestAccounts.Account())).EnumerateArray());

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(100, 100)]
    [InlineData(101, 101)]
    [InlineData(499, 499)]
    [InlineData(500, 500)]
    [InlineData(501, 500)]
    public async Task The_newest_500_events_are_listed_newest_first(int happened, int listed)
    {
        var account = TestAccounts.Account();
        var begun = _app.Clock.Now().AddDays(-1);
        var events = Enumerable.Range(0, happened)
            .Select(second => Origin.Operator.Does(EventKind.AccountRolesChanged, begun.AddSeconds(second)) with { AccountId = account.Id });
        await _app.Get<IEventStore>().CountAsync([.. events]);

        var data = await WriteAsync<ActivityData>(account);

        Assert.Equal(
            Enumerable.Range(1, listed).Select(number => begun.AddSeconds(happened - number)),
            data.EnumerateArray().Select(one => one.GetProperty("at").GetDateTimeOffset()));
    }

    async Task<Account> AddAsync(PortableUser user)
    {
        Assert.IsType<ImportOutcome.Added>(Assert.Single(await _app.Get<ImportOperations>().AddAsync([user], wrap: false, Origin.Operator)));
        return Assert.Single(await _app.Get<IAccountStore>().ListAsync(null, 10, default));
    }

    async Task<JsonElement> WriteAsync<T>(Account account) where T : IPersonalData
    {
        var utf8 = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(utf8))
            await _app.Services.GetServices<IPersonalData>().OfType<T>().Single().WriteAsync(account, json, default);
        return JsonDocument.Parse(utf8.WrittenMemory).RootElement;
    }
}
