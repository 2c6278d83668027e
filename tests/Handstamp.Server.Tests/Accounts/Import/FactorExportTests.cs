using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Xunit;
using static Handstamp.Server.Tests.Accounts.Import.TestUsers;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>How the factors of a user are stored, and read again for an export.</summary>
public sealed class FactorExportTests : IAsyncLifetime
{
    static readonly DateTimeOffset Made = Now.AddYears(-1);

    HandstampApp _app = null!;

    TotpSecrets Secrets => _app.Get<TotpSecrets>();

    DataKey DataKey => _app.Get<KeyRingService>().Ring.DataKey;

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public void An_app_is_stored_with_its_name_and_its_times()
    {
        var stored = Seal(new()
        {
            Id = Id,
            Email = Ada,
            Totp = [new() { Secret = Secret, Name = "Telephone", CreatedAt = Made.AddTicks(-1), LastUsedAt = Made.AddDays(1).AddTicks(-1) }],
        });

        var app = Assert.Single(stored.Apps);
        Assert.Equal((Id, "Telephone"), (app.AccountId, app.Name));
        Assert.Equal(Made.AddMilliseconds(-1), app.CreatedAt);
        Assert.Equal(Made.AddDays(1).AddMilliseconds(-1), app.LastUsedAt);
        Assert.Equal(Guid.CreateVersion7(app.CreatedAt).ToString()[..13], app.Id.ToString()[..13]);
        Assert.True(Secrets.TryOpen(app, out var secret));
        Assert.Equal(Base32.Decode(Secret), secret);
        Assert.Empty(stored.Codes);
        Assert.Empty(stored.Passkeys);
    }

    [Fact]
    public void Without_times_an_app_is_as_old_as_the_account_and_was_never_used()
    {
        var app = Assert.Single(Seal(new() { Email = Ada, CreatedAt = Made, Totp = [new() { Secret = Secret }] }).Apps);

        Assert.Equal(Made, app.CreatedAt);
        Assert.Null(app.LastUsedAt);
        Assert.Null(app.Name);
    }

    [Fact]
    public void A_code_that_is_there_twice_is_stored_once()
    {
        var stored = Seal(new() { Id = Id, Email = Ada, Totp = [new() { Secret = Secret }], RecoveryCodes = ["4k7mq-x2t9d", "4K7MQX2T9D", "4k7mq-x2t9e"] });

        Assert.Equal(2, stored.Codes.Count);
        Assert.Contains(RecoveryCodes.MacsOf(Id, "4k7mq-x2t9d", DataKey), mac => mac.AsSpan().SequenceEqual(stored.Codes[0].Mac));
        Assert.Contains(RecoveryCodes.MacsOf(Id, "4k7mq-x2t9e", DataKey), mac => mac.AsSpan().SequenceEqual(stored.Codes[1].Mac));
    }

    [Fact]
    public async Task What_was_imported_is_exported()
    {
        string[] codes = [.. Enumerable.Range(0, 8).Select(number => "$sha512$" + Convert.ToBase64String(SHA512.HashData([(byte)number])))];
        await AddAsync(new()
        {
            Id = Id,
            Email = Ada,
            CreatedAt = Made,
            Totp =
            [
                new() { Secret = Secret, Name = "Telephone", CreatedAt = Made.AddDays(1), LastUsedAt = Made.AddDays(2) },
                new() { Secret = SecretOf(10), CreatedAt = Made.AddDays(3) },
            ],
            RecoveryCodes = codes,
        });

        var factors = await ReadAsync(Id);

        Assert.Equal(["Telephone", null], factors.Totp!.Select(app => app.Name));
        Assert.Equal([Secret, SecretOf(10)], factors.Totp!.Select(app => app.Secret));
        Assert.Equal([Made.AddDays(1), Made.AddDays(3)], factors.Totp!.Select(app => app.CreatedAt));
        Assert.Equal([Made.AddDays(2), null], factors.Totp!.Select(app => app.LastUsedAt));
        Assert.Equal(codes.Order(StringComparer.Ordinal), factors.RecoveryCodes);
        Assert.Null(factors.Passkeys);
        Assert.Equal(0, factors.Missing);
    }

    [Fact]
    public async Task A_passkey_is_exported_for_its_account_and_this_domain()
    {
        var aaguid = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        await AddAsync(new()
        {
            Id = Id,
            Email = Ada,
            Passkeys =
            [
                new()
                {
                    CredentialId = "+/+/", PublicKey = Convert.ToBase64String(SameKey), SignCount = 7, Synced = true, BackedUp = false, SecondFactor = true,
                    Transports = ["internal", "hybrid"], Aaguid = aaguid, Name = "Phone", CreatedAt = Made, LastUsedAt = Made.AddDays(1),
                },
                NewPasskey("AQID", synced: false, backedUp: true, createdAt: Made.AddDays(2)),
            ],
        });

        var factors = await ReadAsync(Id);

        Assert.Equal(2, factors.Passkeys!.Count);
        var (first, second) = (factors.Passkeys[0], factors.Passkeys[1]);
        Assert.Equal(("-_-_", Base64Url.EncodeToString(Key), 7L), (first.CredentialId, first.PublicKey, first.SignCount));
        Assert.Equal((true, false, true), (first.Synced!.Value, first.BackedUp!.Value, first.SecondFactor!.Value));
        Assert.Equal(["internal", "hybrid"], first.Transports);
        Assert.Equal(aaguid, first.Aaguid);
        Assert.Equal(("Phone", Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Id.ToString())), Domain), (first.Name, first.UserHandle, first.RpId));
        Assert.Equal(Made, first.CreatedAt);
        Assert.Equal(Made.AddDays(1), first.LastUsedAt);
        Assert.Equal((false, true, false), (second.Synced!.Value, second.BackedUp!.Value, second.SecondFactor!.Value));
        Assert.Null(second.Transports);
        Assert.Null(second.Aaguid);
        Assert.Null(second.Name);
        Assert.Equal(Made.AddDays(2), second.CreatedAt);
        Assert.Null(second.LastUsedAt);
        Assert.Null(factors.Totp);
        Assert.Null(factors.RecoveryCodes);
    }

    [Fact]
    public async Task An_account_with_a_password_alone_has_no_factors()
    {
        await AddAsync(new() { Id = Id, Email = Ada });

        var factors = await ReadAsync(Id);

        Assert.Null(factors.Totp);
        Assert.Null(factors.RecoveryCodes);
        Assert.Null(factors.Passkeys);
        Assert.Equal(0, factors.Missing);
    }

    [Fact]
    public async Task What_cannot_be_read_is_missing_and_is_counted()
    {
        var good = RecoveryCodes.ToStore(Id, "4k7mq-x2t9d", DataKey);
        RecoveryCode[] old = [.. Enumerable.Range(1, 3).Select(number => new RecoveryCode([.. Enumerable.Repeat((byte)number, 32)], Sealed: null))];
        await StoreAsync(Id, new NewFactors([App(Id), App(Id) with { Id = Guid.CreateVersion7() }], [good, .. old], []));

        var factors = await ReadAsync(Id);

        Assert.Equal([Secret], factors.Totp!.Select(app => app.Secret));
        Assert.Single(factors.RecoveryCodes!);
        Assert.Equal(4, factors.Missing);
    }

    [Fact]
    public async Task If_nothing_can_be_read_there_are_no_lists()
    {
        var broken = App(Id) with { Sealed = [1, 2, 3] };
        await StoreAsync(Id, new NewFactors([broken], [new RecoveryCode(new byte[32], Sealed: null)], []));

        var factors = await ReadAsync(Id);

        Assert.Null(factors.Totp);
        Assert.Null(factors.RecoveryCodes);
        Assert.Equal(2, factors.Missing);
    }

    [Fact]
    public async Task An_export_that_is_imported_elsewhere_is_exported_in_the_same_way()
    {
        await AddAsync(new()
        {
            Id = Id,
            Email = Ada,
            CreatedAt = Made,
            Totp = [new() { Secret = Secret, Name = "Telephone" }],
            RecoveryCodes = ["4k7mq-x2t9d", "4k7mq-x2t9e"],
            Passkeys = [NewPasskey(name: "Phone", secondFactor: true)],
        });
        var line = await LineAsync(_app);
        await using var there = await HandstampApp.StartAsync();

        var user = JsonSerializer.Deserialize(line, PortableJson.Default.PortableUser)!;
        Assert.IsType<ImportOutcome.Added>(Assert.Single(await there.Get<ImportOperations>().AddAsync([user], wrap: false, Origin.Operator)));

        Assert.Equal(line, await LineAsync(there));
        Assert.Equal(2, user.RecoveryCodes!.Count);
    }

    NewFactors Seal(PortableUser user) => Imported(user).Factors!.Seal(Secrets, DataKey);

    async Task AddAsync(PortableUser user) =>
        Assert.IsType<ImportOutcome.Added>(Assert.Single(await _app.Get<ImportOperations>().AddAsync([user], wrap: false, Origin.Operator)));

    Task<ExportedFactors> ReadAsync(Guid id) => _app.Get<FactorExport>().ReadAsync(id, default);

    /// <summary>An app whose secret is <see cref="Secret"/>.</summary>
    TotpApp App(Guid accountId)
    {
        var id = Guid.CreateVersion7();
        return new TotpApp { Id = id, AccountId = accountId, Sealed = Secrets.Seal(Base32.Decode(Secret)!, accountId, id), CreatedAt = Made };
    }

    async Task StoreAsync(Guid id, NewFactors factors)
    {
        var account = TestAccounts.Account() with { Id = id };
        var added = Origin.Operator.Does(EventKind.AccountAdded, Made) with { AccountId = id };
        Assert.True(await _app.Get<IAccountStore>().TryCreateAllAsync([new NewAccount(account, added, factors)]));
    }

    static async Task<string> LineAsync(HandstampApp app)
    {
        var account = (await app.Get<IAccountStore>().FindAsync(Id, default))!;
        var factors = await app.Get<FactorExport>().ReadAsync(Id, default);
        return JsonSerializer.Serialize(PortableUser.Of(account, withPasswordHash: true, factors), PortableJson.Lines.PortableUser);
    }
}
