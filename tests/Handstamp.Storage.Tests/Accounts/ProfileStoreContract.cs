using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Tests.Accounts;

/// <summary>What people tell about themselves, and what apps keep for them.</summary>
public abstract class ProfileStoreContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly Profile Full = new()
    {
        Name = "Ada Łovelace 🦉",
        Picture = "https://example.com/ada.png",
        Locale = "de-AT",
        Data = """{"theme":"dark","n":[1,2]}""",
    };

    IProfileStore Profiles => Engine.Get<IProfileStore>();

    [Fact]
    public async Task A_profile_is_read_as_it_was_written_and_an_account_without_one_has_an_empty_one()
    {
        var account = (await StoredAccountAsync()).Id;
        Assert.Equal(Profile.None, await Profiles.FindAsync(account, Cancel));

        Assert.True(await SetAsync(account, Profile.None, Full));
        Assert.Equal(Full, await Profiles.FindAsync(account, Cancel));
        Assert.True(await SetAsync(account, Full, Profile.None));
        Assert.Equal(Profile.None, await Profiles.FindAsync(account, Cancel));
    }

    [Fact]
    public async Task A_change_of_another_profile_than_the_one_that_was_read_changes_nothing()
    {
        var account = (await StoredAccountAsync()).Id;
        Assert.True(await SetAsync(account, Profile.None, Full));

        Assert.False(await SetAsync(account, Profile.None, new Profile { Name = "Bob" }));
        foreach (var other in new[] { Full with { Name = null }, Full with { Picture = null }, Full with { Locale = "de" }, Full with { Data = "{}" } })
            Assert.False(await SetAsync(account, other, new Profile { Name = "Bob" }));

        Assert.Equal(Full, await Profiles.FindAsync(account, Cancel));
        Assert.Single(await ReadEventsAsync(), one => one.Kind == EventKind.AccountProfileChanged);
    }

    [Fact]
    public async Task Of_changes_at_the_same_moment_one_counts()
    {
        var account = (await StoredAccountAsync()).Id;

        Assert.Single(await InParallelAsync(8, caller => SetAsync(account, Profile.None, new Profile { Name = $"Ada {caller}" })), true);
    }

    [Fact]
    public async Task There_is_no_profile_without_an_account()
    {
        Assert.False(await SetAsync(Given.Id(), Profile.None, Full));
        Assert.Empty(await ReadEventsAsync());
    }

    [Fact]
    public async Task Changes_of_a_day_are_counted_in_one_row()
    {
        var account = (await StoredAccountAsync()).Id;

        Assert.True(await SetAsync(account, Profile.None, Full));
        Assert.True(await SetAsync(account, Full, Profile.None));

        Assert.Equal(2, Assert.Single(await ReadEventsAsync(), one => one.Kind == EventKind.AccountProfileChanged).Count);
    }

    Task<bool> SetAsync(Guid account, Profile from, Profile to) => Profiles.TrySetAsync(account, from, to, Changed(account));

    internal static Event Changed(Guid account) => Given.By.Does(EventKind.AccountProfileChanged, Given.Now) with
    {
        AccountId = account,
        Detail = "name",
        Since = Given.Now,
        Tally = EventId.Tally(EventKind.AccountProfileChanged, Given.Now, account),
    };
}
