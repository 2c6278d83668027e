using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sessions;

public abstract class CreateContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    [Fact]
    public async Task A_session_is_found_exactly_as_it_was_created_with_its_accounts_state()
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
    public async Task Where_sessions_began_is_listed_newest_first_and_also_after_their_end()
    {
        var account = await StoredAccountAsync();
        var ended = Given.Session(account.Id);
        await Sessions.TryCreateAsync(ended, Given.Device with { UserAgent = null, Address = null, CreatedAt = Given.Now.AddDays(-1) });
        await Sessions.TryEndAsync(ended.Id, EndReason.Logout, Given.Now);
        await StoredSessionAsync(account);
        await StoredSessionAsync();

        Assert.Equal(
            [new SeenDevice(Given.Device.UserAgent, Given.Device.Address), default],
            await Sessions.ListSeenAsync(account.Id, 10, Cancel));
        Assert.Single(await Sessions.ListSeenAsync(account.Id, 1, Cancel));
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
    public async Task A_text_is_read_exactly_as_it_was_written(string name)
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
        var account = Given.Account() with { DisabledAt = Given.Now };
        await Accounts.TryCreateAsync(account);
        var session = Given.Session(account.Id);

        Assert.False(await Sessions.TryCreateAsync(session, Given.Device));

        Assert.Null(await Sessions.FindAsync(session.Id, Cancel));
    }

    [Fact]
    public async Task An_account_with_another_security_stamp_gets_no_session()
    {
        var account = await StoredAccountAsync();
        var session = Given.Session(account.Id);
        var terms = Given.Terms(account.Id);
        var password = new HashedPassword("another hash");
        await Accounts.TrySetPasswordAsync(account.Id, password, Given.Now);

        Assert.IsType<SessionCreation.AccountChanged>(await Sessions.TryCreateAsync(session, Given.Device, terms));
        Assert.Null(await Sessions.FindAsync(session.Id, Cancel));

        Assert.IsType<SessionCreation.Begun>(
            await Sessions.TryCreateAsync(session, Given.Device, terms with { SecurityStamp = password.Stamp }));
    }

    [Fact]
    public async Task A_new_session_is_returned_with_the_present_claims_of_its_account()
    {
        var account = await StoredAccountAsync(new AccountClaims { Roles = ["admin"] });
        await Accounts.TrySetClaimsAsync(account.Id, account.Claims, new AccountClaims { Roles = ["reader"] });
        var session = Given.Session(account.Id);

        var creation = await Sessions.TryCreateAsync(session, Given.Device, Given.Terms(account.Id));

        var begun = Assert.IsType<SessionCreation.Begun>(creation);
        Assert.Equivalent(await ReadAsync(session), begun.Reading, strict: true);
        Assert.Equal(["reader"], begun.Reading.Claims.Roles);
        Assert.Equal(0, begun.Ended());
    }

    [Fact]
    public async Task A_revoked_key_begins_no_session()
    {
        Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), [Given.MacKey(7), Given.MacKey(8)], []));
        await Keys.RevokeAsync("mac-7", Given.Now);
        var session = Given.Session((await StoredAccountAsync()).Id) with { MacKeyId = 7 };
        var terms = Given.Terms(session.AccountId);

        Assert.IsType<SessionCreation.KeyRevoked>(await Sessions.TryCreateAsync(session, Given.Device, terms));
        Assert.Null(await Sessions.FindAsync(session.Id, Cancel));

        Assert.IsType<SessionCreation.Begun>(await Sessions.TryCreateAsync(session with { MacKeyId = 8 }, Given.Device, terms));
    }

    [Fact]
    public async Task A_login_while_its_key_is_being_revoked_leaves_no_live_session()
    {
        for (byte key = 1; key <= 100; key++)
        {
            Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), [Given.MacKey(key)], []));
            var session = Given.Session((await StoredAccountAsync()).Id) with { MacKeyId = key };

            var login = Task.Run(() => Sessions.TryCreateAsync(session, Given.Device));
            Assert.True(await Keys.RevokeAsync($"mac-{key}", Given.Now));

            Assert.False(await login && await IsAliveAsync(session));
        }
    }

    [Fact]
    public async Task A_session_reads_the_present_state_of_its_account()
    {
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account);
        var claims = new AccountClaims { Custom = [new AccountClaim("tenant", "1")] };

        await Accounts.TryDisableAsync(account.Id, Given.Now);
        await Accounts.TrySetClaimsAsync(account.Id, account.Claims, claims);

        var reading = await ReadAsync(session);
        Assert.Equal(AccountState.Disabled, reading.Account);
        Assert.Equivalent(claims, reading.Claims, strict: true);
    }

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    [InlineData(null)]
    public async Task A_device_is_listed_as_it_was_at_the_login(string? address)
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
    public async Task Acknowledged_data_survives_a_restart()
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
