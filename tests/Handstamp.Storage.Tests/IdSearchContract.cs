using Handstamp.Server.Storage;

namespace Handstamp.Storage.Tests;

public abstract class IdSearchContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    static readonly Guid One = Guid.Parse("019a0000-0000-7000-8000-0000aaaabbbb");
    static readonly Guid Another = Guid.Parse("019a0000-0000-7000-8000-00001111bbbb");

    [Theory]
    [InlineData("019a000000007000800000001111bbbb", 1)]
    [InlineData("019a0000", 2)]
    [InlineData("1111bbbb", 1)]
    [InlineData("bbbb", 2)]
    [InlineData("70008000", 0)]
    [InlineData("1111bbb", 0)]
    [InlineData("%", 0)]
    public async Task An_id_is_found_by_its_beginning_and_by_its_end(string part, int found)
    {
        foreach (var id in (Guid[])[One, Another]) await Accounts.TryCreateAsync(Given.Account() with { Id = id });

        var ids = await FindAsync(IdKind.Account, part);

        Assert.Equal(new[] { Another, One }.Take(found), ids);
    }

    [Fact]
    public async Task No_more_are_returned_than_the_limit()
    {
        foreach (var id in (Guid[])[One, Another]) await Accounts.TryCreateAsync(Given.Account() with { Id = id });

        Assert.Single(await Engine.Get<IIdSearch>().FindAsync(IdKind.Account, "bbbb", limit: 1, Cancel));
    }

    [Fact]
    public async Task Each_kind_has_its_own_ids()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);

        Assert.Equal([account.Id], await FindAsync(IdKind.Account, $"{account.Id:n}"));
        Assert.Equal([session.Id], await FindAsync(IdKind.Session, $"{session.Id:n}"));
        Assert.Empty(await FindAsync(IdKind.Mail, $"{account.Id:n}"));
    }

    Task<IReadOnlyList<Guid>> FindAsync(IdKind kind, string part) => Engine.Get<IIdSearch>().FindAsync(kind, part, 10, Cancel);
}
