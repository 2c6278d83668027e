using System.Buffers.Text;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The form in which sealed hashes are stored, and which of them open.</summary>
public sealed class PasswordSealTests : SealingService
{
    const string Hash = "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA";

    static readonly Guid Ada = new("01890a5d-ac96-774b-bcce-b302099a8057");
    static readonly Guid Eve = new("01890a5d-ac96-774b-bcce-b302099a8058");

    // Hashes that one version has sealed have to open in the next one.
    static readonly byte[] LabelOfAda = [.. "password "u8, .. Convert.FromHexString("01890a5dac96774bbcceb302099a8057")];

    [Theory]
    [InlineData("$sealed$seal-1$box", true, "seal-1")]
    [InlineData("$sealed$seal-1$", true, "seal-1")]
    [InlineData("$sealed$$box", true, "")]
    [InlineData("$sealed$seal-1", true, null)]
    [InlineData("$sealed$", true, null)]
    [InlineData("$sealed", false, null)]
    [InlineData("$Sealed$seal-1$box", false, null)]
    [InlineData(Hash, false, null)]
    [InlineData("$former$", false, null)]
    public void A_sealed_hash_names_its_key(string stored, bool isSealed, string? key) =>
        Assert.Equal((isSealed, key), (PasswordSeal.IsSealed(stored), PasswordSeal.KeyOf(stored)));

    [Fact]
    public void The_prefix_of_a_key_ends_with_it()
    {
        Assert.Equal("$sealed$seal-1$", PasswordSeal.PrefixOf("seal-1"));
        Assert.Equal("seal-1", PasswordSeal.KeyOf(PasswordSeal.PrefixOf("seal-1") + "box"));
    }

    [Fact]
    public async Task Without_the_setting_hashes_stay_as_they_are()
    {
        var seal = TestAccounts.NoSeal();

        Assert.False(seal.IsOn);
        Assert.Equal((Hash, Hash, Hash), (seal.Close(Hash, Ada), seal.Open(Hash, Ada), seal.Renew(Hash, Ada, Eve)));
        Assert.Equal(Account.FormerPassword, seal.Close(Account.FormerPassword, Ada));
        Assert.Equal((true, true, false), (seal.IsCurrent(Hash), seal.IsCurrent(Account.FormerPassword), seal.IsCurrent("$sealed$seal-1$box")));
        Assert.True(await seal.TryLearnAsync(null));
        Assert.True(await seal.TryLearnAsync(Hash));
    }

    [Fact]
    public async Task With_the_setting_a_hash_is_sealed_for_its_account_alone()
    {
        await using var app = await StartAsync();
        var seal = app.Get<PasswordSeal>();

        var stored = seal.Close(Hash, Ada);

        Assert.True(seal.IsOn);
        Assert.StartsWith(PasswordSeal.PrefixOf(KeyOf(app)), stored, StringComparison.Ordinal);
        Assert.DoesNotContain("argon2id", stored, StringComparison.Ordinal);
        Assert.Equal((Hash, null), (seal.Open(stored, Ada), seal.Open(stored, Eve)));
        Assert.NotEqual(stored, seal.Close(Hash, Ada));
        Assert.True(await seal.TryLearnAsync(stored));
    }

    [Fact]
    public async Task A_hash_is_labelled_with_the_word_password_and_the_id_of_its_account_as_it_is_written()
    {
        await using var app = await StartAsync();
        var (seal, prefix) = (app.Get<PasswordSeal>(), PasswordSeal.PrefixOf(KeyOf(app)));
        var key = app.Get<KeyRingService>().Ring.FindSealingKey(KeyOf(app))!;

        Assert.Equal(Hash, seal.Open(prefix + Base64Url.EncodeToString(key.Seal(Encoding.UTF8.GetBytes(Hash), LabelOfAda)), Ada));
        Assert.True(key.TryOpen(Base64Url.DecodeFromChars(seal.Seal(Hash, Ada).AsSpan(prefix.Length)), LabelOfAda, out var hash));
        Assert.Equal(Hash, Encoding.UTF8.GetString(hash));
    }

    [Fact]
    public async Task A_hash_of_one_account_is_sealed_for_another_one()
    {
        await using var app = await StartAsync();
        var seal = app.Get<PasswordSeal>();

        var renewed = seal.Renew(seal.Close(Hash, Ada), Ada, Eve)!;

        Assert.Equal((Hash, null), (seal.Open(renewed, Eve), seal.Open(renewed, Ada)));
        Assert.StartsWith(Sealed, seal.Renew(Hash, Ada, Ada), StringComparison.Ordinal);
        Assert.Null(seal.Renew(renewed, Ada, Eve));
    }

    [Fact]
    public async Task What_is_in_place_of_a_hash_is_never_sealed()
    {
        await using var app = await StartAsync();
        var seal = app.Get<PasswordSeal>();

        Assert.Equal(Account.FormerPassword, seal.Close(Account.FormerPassword, Ada));
        Assert.True(seal.IsCurrent(Account.FormerPassword));
    }

    [Fact]
    public async Task Only_a_hash_under_the_present_key_is_current()
    {
        await using var app = await StartAsync();
        var seal = app.Get<PasswordSeal>();
        var stored = seal.Close(Hash, Ada);

        Assert.True(seal.IsCurrent(stored));
        Assert.False(seal.IsCurrent(Hash));
        Assert.False(seal.IsCurrent("$sealed$unknown$" + stored[(stored.LastIndexOf('$') + 1)..]));
        Assert.False(seal.IsCurrent("$sealed$"));
    }

    [Fact]
    public async Task A_damaged_form_opens_nothing()
    {
        await using var app = await StartAsync();
        var seal = app.Get<PasswordSeal>();
        var (prefix, stored) = (PasswordSeal.PrefixOf(KeyOf(app)), seal.Close(Hash, Ada));
        var box = stored[prefix.Length..];

        Assert.Equal(Hash, seal.Open(prefix + box, Ada));
        string[] damaged = [prefix, prefix + "!", prefix + box[4..], prefix + box + "$", prefix + box + "$" + box, "$sealed$unknown$" + box, "$sealed$" + box];
        Assert.All(damaged, text => Assert.Null(seal.Open(text, Ada)));
    }

    [Fact]
    public async Task Without_the_setting_a_sealed_hash_still_opens_and_is_unsealed()
    {
        string stored;
        await using (var on = await StartAsync()) stored = on.Get<PasswordSeal>().Close(Hash, Ada);
        await using var off = await StartAsync(isOn: false);
        var seal = off.Get<PasswordSeal>();

        Assert.Equal((Hash, Hash, false), (seal.Open(stored, Ada), seal.Renew(stored, Ada, Ada), seal.IsCurrent(stored)));
        Assert.StartsWith(Sealed, seal.Seal(Hash, Ada), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unsealing_is_recorded_with_the_number_of_hashes()
    {
        await using (var on = await StartAsync()) await AddAsync(on, HandstampApp.Email);
        await using var off = await StartAsync(isOn: false);

        Assert.Equal((1, 0), await SealAllAsync(off));
        Assert.Equal((0, 0), await SealAllAsync(off));

        var done = Assert.Single(await EventsAsync(off, EventKind.PasswordsSealed));
        Assert.Equal(("unsealed", "1", ActorKind.Operator), (done.Outcome, done.Detail, done.By.Actor.Kind));
    }

    [Fact]
    public async Task Accounts_without_a_hash_are_neither_changed_nor_lost()
    {
        await using var app = await StartAsync();
        (string, string?)[] accounts = [("nobody@example.com", null), ("former@example.com", Account.FormerPassword)];
        foreach (var (email, stored) in accounts)
            Assert.True(await app.Get<IAccountStore>().TryCreateAsync(TestAccounts.Account(stored, email) with { Id = Guid.CreateVersion7() }));

        Assert.Equal((0, 0), await SealAllAsync(app));
        Assert.Empty(await EventsAsync(app, EventKind.PasswordsSealed));
    }

    [Fact]
    public async Task Under_a_key_that_cannot_be_opened_nothing_is_sealed_again()
    {
        await using var app = await StartAsync();

        var fault = await Assert.ThrowsAsync<StorageUnavailableException>(() => app.Get<PasswordSealing>().ResealAsync("seal-unknown", default));

        Assert.Equal("This process cannot open the key seal-unknown.", fault.Message);
    }

    [Fact]
    public async Task A_sealing_that_is_stopped_records_nothing_that_it_has_not_done()
    {
        await using var app = await StartAsync();
        await AddAsync(app, HandstampApp.Email);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => app.Get<PasswordSealing>().RunAsync(Origin.Operator, stopped.Token));

        Assert.Empty(await EventsAsync(app, EventKind.PasswordsSealed));
    }

    [Fact]
    public void Sweepers_come_by_in_these_times()
    {
        Assert.Equal(TimeSpan.FromHours(1), SealSweeper.Interval);
        Assert.Equal(TimeSpan.FromMinutes(10), ThrottleSweeper.Interval);
    }
}
