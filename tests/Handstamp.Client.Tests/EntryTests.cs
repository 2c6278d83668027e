using System.Text.RegularExpressions;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

/// <summary>Invitations, terms of use, and a person who does not want to be remembered.</summary>
public sealed partial class EntryTests : IAsyncLifetime
{
    const string Email = "ada@example.com";
    const string Password = "correct horse battery staple";
    const string Terms = "2026-11";

    readonly TempDirectory _data = new();
    ListeningProcess _service = null!;
    HandstampClient _client = null!;

    string Mails => Path.Combine(_data.Path, "mails");

    public async ValueTask InitializeAsync()
    {
        _service = await HandstampProcess.StartAsync(
            _data.Path, $"--Mail:Directory={Mails}", "--Mail:From=login@example.com", "--Logging:Level=Warning",
            $"--Accounts:Terms:Version={Terms}", "--Accounts:Terms:Url=https://example.com/terms", "--Sessions:TemporaryIdleLifetime=2h", "--Accounts:Identifiers=both");
        _client = Client(remember: true);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
        _data.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_invited_person_gets_an_account()
    {
        await InviteAsync("--role", "editor");
        var token = await TokenOfMailAsync();
        Assert.Equal(HandstampErrorCodes.TermsNotAccepted, (await FailsAsync(() => _client.AcceptInvitationAsync(token, Password))).Code);
        await _client.AcceptInvitationAsync(token, Password, Terms);
        Assert.Equal(HandstampErrorCodes.InvitationInvalid, (await FailsAsync(() => _client.AcceptInvitationAsync(token, Password, Terms))).Code);

        await _client.LoginAsync(Email, Password);

        var user = (await _client.GetUserAsync())!;
        Assert.Equal(["editor"], user.Roles);
        Assert.True(user.EmailVerified);
    }

    [Fact]
    public async Task The_terms_are_accepted_with_the_registration_and_again_later()
    {
        Assert.Equal(HandstampErrorCodes.TermsNotAccepted, (await FailsAsync(() => _client.RegisterAsync(Email, Password))).Code);
        await _client.RegisterAsync(Email, Password, Terms);
        await _client.LoginAsync(Email, Password);

        var terms = (await _client.GetUserAsync())!.Terms!;
        Assert.Equal((false, Terms, "https://example.com/terms", Terms), (terms.Due, terms.Version, terms.Url, terms.AcceptedVersion));
        await _client.AcceptTermsAsync(Terms);
        Assert.Equal(HandstampErrorCodes.TermsNotAccepted, (await FailsAsync(() => _client.AcceptTermsAsync("2027-01"))).Code);
    }

    [Fact]
    public async Task A_person_registers_by_a_username_and_changes_it()
    {
        await _client.RegisterAsync("ada", Password, Terms);
        await _client.LoginAsync("ADA", Password);

        await _client.ChangeUsernameAsync("Lovelace");
        Assert.Equal(("Lovelace", null), ((await _client.GetUserAsync())!.Username, (await _client.GetUserAsync())!.Email));

        await _client.RegisterAsync("ada", Password, Terms);
        Assert.Equal(HandstampErrorCodes.UsernameTaken, (await FailsAsync(() => _client.ChangeUsernameAsync("Ada"))).Code);
    }

    [Theory]
    [InlineData(true, 14 * 24)]
    [InlineData(false, 2)]
    public async Task A_person_who_does_not_want_to_be_remembered_has_a_session_that_expires_sooner(bool remember, int hours)
    {
        await _client.RegisterAsync(Email, Password, Terms);
        using var client = Client(remember);

        await client.LoginAsync(Email, Password);

        var device = Assert.Single(await client.ListDevicesAsync());
        // Shown in whole hours.
        Assert.InRange(device.ExpiresAt - device.CreatedAt, TimeSpan.FromHours(hours), TimeSpan.FromHours(hours + 1));
    }

    async Task InviteAsync(params string[] more)
    {
        var result = await HandstampExecutable.RunAsync(new CommandCall(["invite", Email, .. more, "--data", _data.Path])
        {
            Environment = new Dictionary<string, string> { ["HANDSTAMP_Mail__Directory"] = Mails, ["HANDSTAMP_Mail__From"] = "login@example.com" },
        });
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    async Task<string> TokenOfMailAsync()
    {
        Match? token = null;
        await Eventually.TrueAsync(
            () => Directory.Exists(Mails)
                && Directory.EnumerateFiles(Mails, "*.eml").Select(file => Token().Match(File.ReadAllText(file).Replace("=\r\n", "").Replace("=\n", "")))
                    .FirstOrDefault() is { Success: true } match
                && (token = match) is not null,
            "the mail arrives");
        return token!.Value;
    }

    HandstampClient Client(bool remember) =>
        new(new HandstampClientOptions { Url = _service.Address.OriginalString, Store = new MemoryTokenStore(), Remember = remember });

    static Task<HandstampException> FailsAsync(Func<Task> call) => Assert.ThrowsAsync<HandstampException>(call);

    [GeneratedRegex("hss_[A-Za-z0-9_-]+")]
    private static partial Regex Token();
}
