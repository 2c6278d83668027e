using System.Security.Cryptography;
using Handstamp.Server.Secrets;

namespace Handstamp.Storage.Tests.Secrets;

public abstract class SecretStoreContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    const string Purpose = "test";
    const int Tries = 5;
    const int Most = 4;

    static readonly DateTimeOffset Expiry = Given.Now.AddMinutes(10);

    readonly Guid _subject = Given.Id();

    ISecretStore Secrets => Engine.Get<ISecretStore>();

    [Fact]
    public async Task The_right_secret_returns_its_stored_content()
    {
        var key = await AddAsync(payload: [0, 1, 2, 255]);

        var content = Assert.IsType<SecretContent>(await Secrets.TryAsync(key, Given.Now));

        Assert.Equal((_subject, Expiry), (content.Subject, content.ExpiresAt));
        Assert.Equal([0, 1, 2, 255], content.Payload);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(SecretContent.MaxPayload)]
    public async Task The_content_may_be_empty_and_may_have_the_maximum_length(int length)
    {
        var key = await AddAsync(payload: new byte[length]);

        Assert.Equal(new byte[length], (await Secrets.TryAsync(key, Given.Now))!.Payload);
    }

    [Fact]
    public async Task Rows_are_found_by_the_key_of_their_content_and_replaced_only_if_they_are_as_they_were_read()
    {
        const string Seal = "seal-0123abcd";
        Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), [Given.SealingKey(Seal), Given.SealingKey("seal-4567abcd")], []));
        var key = await AddAsync(payload: [0, 255], sealedUnder: Seal);
        await AddAsync();
        await AddAsync(sealedUnder: "seal-4567abcd");

        var row = Assert.Single(await Secrets.ListSealedAsync(Purpose, Seal, 10, Cancel));
        Assert.Equal((key.Id, Seal), (row.Id, row.SealedUnder));
        Assert.Equal([0, 255], row.Payload);
        Assert.Empty(await Secrets.ListSealedAsync("another", Seal, 10, Cancel));
        await AddAsync(sealedUnder: Seal);
        Assert.Single(await Secrets.ListSealedAsync(Purpose, Seal, 1, Cancel));

        var other = row with { Payload = [9], SealedUnder = "seal-4567abcd" };
        Assert.False(await Secrets.TryReplaceAsync("another", row, other));
        Assert.True(await Secrets.TryReplaceAsync(Purpose, row, other));
        Assert.False(await Secrets.TryReplaceAsync(Purpose, row, other with { Payload = [8] }));
        Assert.DoesNotContain(await Secrets.ListSealedAsync(Purpose, Seal, 10, Cancel), one => one.Id == key.Id);
        Assert.Equal([9], (await Secrets.TryAsync(key, Given.Now))!.Payload);
    }

    [Fact]
    public async Task A_secret_can_be_used_once()
    {
        var (key, other) = (await AddAsync(), await AddAsync());

        Assert.True(await Secrets.TakeAsync(key, Given.Now));

        Assert.False(await Secrets.TakeAsync(key, Given.Now));
        Assert.Null(await Secrets.TryAsync(key, Given.Now));
        Assert.True(await Secrets.TakeAsync(other, Given.Now));
    }

    [Fact]
    public async Task One_of_many_simultaneous_uses_succeeds()
    {
        var key = await AddAsync();

        var taken = await InParallelAsync(16, _ => Secrets.TakeAsync(key, Given.Now));

        Assert.Single(taken, one => one);
    }

    [Fact]
    public async Task One_of_many_callers_that_try_and_then_use_a_secret_succeeds()
    {
        var key = await AddAsync();

        var taken = await InParallelAsync(
            16, async _ => await Secrets.TryAsync(key, Given.Now) is not null && await Secrets.TakeAsync(key, Given.Now));

        Assert.Single(taken, one => one);
    }

    [Fact]
    public async Task To_look_at_it_costs_no_try_and_needs_the_right_one()
    {
        var key = await AddAsync(payload: [7]);
        for (var looked = 0; looked <= Tries; looked++)
        {
            Assert.Equal([7], (await Secrets.FindAsync(key, Given.Now))!.Payload);
            Assert.Null(await Secrets.FindAsync(Wrong(key), Given.Now));
        }
        Assert.NotNull(await Secrets.TryAsync(key, Given.Now));

        Assert.Null(await Secrets.FindAsync(key, Expiry));
        for (var tried = 1; tried < Tries; tried++) await Secrets.TryAsync(key, Given.Now);
        Assert.Null(await Secrets.FindAsync(key, Given.Now));
    }

    [Fact]
    public async Task Each_wrong_try_costs_one_and_the_last_one_kills_it()
    {
        var key = await AddAsync();
        var wrong = Wrong(key);

        for (var attempt = 1; attempt < Tries; attempt++) Assert.Null(await Secrets.TryAsync(wrong, Given.Now));
        Assert.NotNull(await Secrets.TryAsync(key, Given.Now));

        Assert.Null(await Secrets.TryAsync(key, Given.Now));
    }

    [Fact]
    public async Task No_more_parallel_guesses_are_checked_than_there_are_tries()
    {
        var key = await AddAsync();

        // Each guess is right, so a refusal can only come from a lack of tries.
        var looked = await InParallelAsync(16, _ => Secrets.TryAsync(key, Given.Now));

        Assert.Equal(Tries, looked.Count(content => content is not null));
    }

    [Fact]
    public async Task The_last_try_can_be_the_right_one()
    {
        var key = await AddAsync(tries: 1);

        Assert.NotNull(await Secrets.TryAsync(key, Given.Now));

        Assert.True(await Secrets.TakeAsync(key, Given.Now));
    }

    [Fact]
    public async Task A_wrong_secret_uses_nothing_up()
    {
        var key = await AddAsync();

        Assert.False(await Secrets.TakeAsync(Wrong(key), Given.Now));

        Assert.True(await Secrets.TakeAsync(key, Given.Now));
    }

    [Fact]
    public async Task A_secret_works_only_for_its_purpose_and_another_purpose_costs_no_try()
    {
        var key = await AddAsync(tries: 1);
        var misused = key with { Purpose = "other" };

        Assert.Null(await Secrets.TryAsync(misused, Given.Now));
        Assert.False(await Secrets.TakeAsync(misused, Given.Now));

        Assert.NotNull(await Secrets.TryAsync(key, Given.Now));
        Assert.True(await Secrets.TakeAsync(key, Given.Now));
    }

    [Fact]
    public async Task An_expired_secret_can_neither_be_tried_nor_used()
    {
        var key = await AddAsync();
        var last = Expiry - TimeSpan.FromMilliseconds(1);
        Assert.NotNull(await Secrets.TryAsync(key, last));

        Assert.Null(await Secrets.TryAsync(key, Expiry));
        Assert.False(await Secrets.TakeAsync(key, Expiry));

        Assert.True(await Secrets.TakeAsync(key, last));
    }

    [Fact]
    public async Task Tries_and_uses_survive_a_restart()
    {
        var (tried, taken, left) = (await AddAsync(tries: 1), await AddAsync(), await AddAsync());
        await Secrets.TryAsync(Wrong(tried), Given.Now);
        await Secrets.TakeAsync(taken, Given.Now);

        await Engine.RestartAsync();

        Assert.Null(await Secrets.TryAsync(tried, Given.Now));
        Assert.Null(await Secrets.TryAsync(taken, Given.Now));
        Assert.NotNull(await Secrets.TryAsync(left, Given.Now));
    }

    [Fact]
    public async Task A_subject_has_at_most_the_maximum_and_the_oldest_is_deleted()
    {
        var keys = new List<SecretKey>();
        for (var number = 0; number <= Most; number++) keys.Add(await AddAsync(expiry: Expiry.AddSeconds(number)));

        Assert.Null(await Secrets.TryAsync(keys[0], Given.Now));
        foreach (var key in keys[1..]) Assert.NotNull(await Secrets.TryAsync(key, Given.Now));
    }

    [Fact]
    public async Task Secrets_of_others_and_for_other_purposes_do_not_count_for_the_maximum()
    {
        var first = await AddAsync();
        for (var number = 0; number < Most; number++)
        {
            await AddAsync(subject: Given.Id());
            await AddAsync(purpose: "other");
        }

        Assert.NotNull(await Secrets.TryAsync(first, Given.Now));
    }

    [Fact]
    public async Task At_most_the_maximum_of_many_simultaneously_added_secrets_stays()
    {
        var keys = await InParallelAsync(16, _ => AddAsync());

        var left = 0;
        foreach (var key in keys)
            if (await Secrets.TakeAsync(key, Given.Now)) left++;
        Assert.Equal(Most, left);
    }

    [Fact]
    public async Task A_sweep_deletes_expired_secrets_up_to_its_limit()
    {
        var rows = await Engine.CountRowsAsync();
        for (var number = 0; number < 5; number++) await AddAsync(subject: Given.Id(), expiry: Expiry.AddSeconds(number));

        Assert.Equal(0, await Secrets.SweepAsync(Expiry - TimeSpan.FromMilliseconds(1), limit: 2));
        Assert.Equal(2, await Secrets.SweepAsync(Expiry.AddSeconds(2), limit: 2));
        Assert.Equal(1, await Secrets.SweepAsync(Expiry.AddSeconds(2), limit: 2));
        Assert.Equal(0, await Secrets.SweepAsync(Expiry.AddSeconds(2), limit: 2));

        Assert.Equal(rows + 2, await Engine.CountRowsAsync());
    }

    [Fact]
    public async Task A_used_secret_leaves_no_row()
    {
        var rows = await Engine.CountRowsAsync();

        await Secrets.TakeAsync(await AddAsync(), Given.Now);

        Assert.Equal(rows, await Engine.CountRowsAsync());
    }

    [Fact]
    public async Task A_secret_with_the_same_id_takes_the_place_of_the_former_one()
    {
        var key = await AddAsync(tries: 1);
        Assert.Null(await Secrets.TryAsync(Wrong(key), Given.Now));
        var rows = await Engine.CountRowsAsync();

        await Secrets.AddAsync(Wrong(key), new SecretContent(_subject, [7], Expiry.AddSeconds(1)), tries: 1, Most);

        Assert.Equal(rows, await Engine.CountRowsAsync());
        Assert.False(await Secrets.TakeAsync(key, Given.Now));
        var content = await Secrets.TryAsync(Wrong(key), Given.Now);
        Assert.Equal((byte)7, Assert.Single(content!.Payload));
        Assert.Equal(Expiry.AddSeconds(1), content.ExpiresAt);
    }

    [Fact]
    public async Task What_is_kept_can_be_read_without_the_secret_until_it_expires()
    {
        var key = await AddAsync(tries: 0, payload: [1, 2]);

        Assert.Equal([1, 2], (await Secrets.FindAsync(Purpose, key.Id, Given.Now, Cancel))!.Payload);
        Assert.Null(await Secrets.FindAsync("other", key.Id, Given.Now, Cancel));
        Assert.Null(await Secrets.FindAsync(Purpose, Given.Id(), Given.Now, Cancel));
        Assert.Null(await Secrets.FindAsync(Purpose, key.Id, Expiry, Cancel));
        Assert.Null(await Secrets.TryAsync(key, Given.Now));
    }

    [Fact]
    public async Task Everything_of_a_subject_is_forgotten_and_nothing_of_others()
    {
        var (own, ofOther) = (await AddAsync(), await AddAsync(subject: Given.Id()));

        await Secrets.ForgetAsync(_subject);

        Assert.Null(await Secrets.TryAsync(own, Given.Now));
        Assert.NotNull(await Secrets.TryAsync(ofOther, Given.Now));
    }

    async Task<SecretKey> AddAsync(
        string purpose = Purpose, Guid? subject = null, DateTimeOffset? expiry = null, int tries = Tries, byte[]? payload = null,
        string? sealedUnder = null)
    {
        var key = new SecretKey(purpose, Guid.CreateVersion7(), RandomNumberGenerator.GetBytes(32));
        await Secrets.AddAsync(key, new SecretContent(subject ?? _subject, payload ?? [1], expiry ?? Expiry, sealedUnder), tries, Most);
        return key;
    }

    static SecretKey Wrong(SecretKey key) => key with { Hash = [.. key.Hash.Select(part => (byte)~part)] };
}
