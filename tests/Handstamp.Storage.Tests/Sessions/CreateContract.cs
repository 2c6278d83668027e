using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

public abstract class CreateContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    [Fact]
    public async Task A_session_is_found_as_it_was_created_with_its_accounts_state()
    {
        var claims = new AccountClaims { Roles = ["admin"] };
        var account = await StoredAccountAsync(claims);
        var session = Given.Session(account.Id) with
        {
            ClientId = "client",
            MacKeyId = byte.MaxValue,
            Transport = SessionTransport.Cookie,
            KeyThumbprint = "thumbprint",
            AuthenticationMethods = "pwd otp",
            Scope = "openid",
            Audience = "https://api.example.com",
            Rotation = new RotationState(3, 5, 9, Given.Now + TimeSpan.FromSeconds(1), SeenBefore: 2),
        };

        Assert.True(await Sessions.TryCreateAsync(session, Given.Device));

        var reading = await ReadAsync(session);
        Assert.Equal(session, reading.Session);
        Assert.Null(reading.End);
        Assert.Equal(AccountState.Active, reading.Account);
        Assert.Equivalent(claims, reading.Claims, strict: true);
    }

    [Fact]
    public async Task A_session_may_lack_all_that_is_optional()
    {
        var session = await StoredSessionAsync();

        Assert.Equal(session, (await ReadAsync(session)).Session);
        Assert.Null(await Sessions.FindAsync(Given.Id(), Cancel));
    }

    [Theory]
    [InlineData(SessionTransport.Body)]
    [InlineData(SessionTransport.Cookie)]
    [InlineData(SessionTransport.Page)]
    internal async Task A_session_keeps_its_transport(SessionTransport transport)
    {
        var session = Given.Session((await StoredAccountAsync()).Id) with { Transport = transport };

        Assert.True(await Sessions.TryCreateAsync(session, Given.Device));

        Assert.Equal(session, (await ReadAsync(session)).Session);
    }

    [Theory]
    [InlineData("")]
    [InlineData("' OR 1=1 --")]
    [InlineData("Großmutters 📱 ❤")]
    public async Task A_text_is_read_as_it_was_written(string name)
    {
        var session = Given.Session((await StoredAccountAsync()).Id) with { Scope = name, Audience = name };

        await Sessions.TryCreateAsync(session, Given.Device with { Name = name });

        var listed = Assert.Single(await Sessions.ListAsync(session.AccountId, Given.Now, 10, Cancel));
        Assert.Equal(session, listed.Session);
        Assert.Equal(name, listed.Device.Name);
    }

    [Fact]
    public async Task A_session_needs_an_account() =>
        Assert.False(await Sessions.TryCreateAsync(Given.Session(Given.Id()), Given.Device));

    [Fact]
    public async Task A_disabled_account_gets_no_session()
    {
        var account = Given.Account();
        account.DisabledAt = Given.Now;
        await Accounts.TryCreateAsync(account);
        var session = Given.Session(account.Id);

        Assert.False(await Sessions.TryCreateAsync(session, Given.Device));

        Assert.Null(await Sessions.FindAsync(session.Id, Cancel));
    }

    [Fact]
    public async Task A_session_reads_the_present_state_of_its_account()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);
        account.DisabledAt = Given.Now;
        account.Claims = new AccountClaims { Custom = [new AccountClaim("tenant", "1")] };

        await Accounts.TryUpdateAsync(account, account.ConcurrencyStamp, null);

        var reading = await ReadAsync(session);
        Assert.Equal(AccountState.Disabled, reading.Account);
        Assert.Equivalent(account.Claims, reading.Claims, strict: true);
    }

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    [InlineData(null)]
    public async Task A_device_is_listed_as_it_was_at_login(string? address)
    {
        var session = Given.Session((await StoredAccountAsync()).Id);
        var device = Given.Device with { Address = address is null ? null : IPAddress.Parse(address) };

        await Sessions.TryCreateAsync(session, device);

        var listed = Assert.Single(await Sessions.ListAsync(session.AccountId, Given.Now, 10, Cancel));
        Assert.Equal(new ListedSession(session, device), listed);
    }

    [Fact]
    public async Task A_device_may_be_unknown()
    {
        var session = Given.Session((await StoredAccountAsync()).Id);
        var device = new SessionDevice { CreatedAt = Given.Now };

        await Sessions.TryCreateAsync(session, device);

        Assert.Equal(device, Assert.Single(await Sessions.ListAsync(session.AccountId, Given.Now, 10, Cancel)).Device);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart()
    {
        var rotated = await StoredSessionAsync();
        var ended = await StoredSessionAsync();
        var after = await Sessions.TryRotateAsync(Given.Rotation(rotated));
        await Sessions.TryEndAsync(ended.Id, EndReason.Logout, Given.Now);

        await Engine.RestartAsync();

        Assert.Equal(after, await ReadAsync(rotated));
        Assert.False(await IsAliveAsync(ended));
        Assert.Single(await ReadFeedAsync());
    }
}
