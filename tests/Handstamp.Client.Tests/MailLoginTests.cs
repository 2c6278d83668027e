using System.Text.RegularExpressions;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

/// <summary>What is done by mail around a login, with a service that writes its mails into a directory.</summary>
public sealed partial class MailLoginTests : IAsyncLifetime
{
    const string Email = "ada@example.com";
    const string NewEmail = "ada.lovelace@example.com";
    const string Password = "correct horse battery staple";

    readonly TempDirectory _data = new();
    ListeningProcess _service = null!;
    HandstampClient _client = null!;

    string Mails => Path.Combine(_data.Path, "mails");

    public async ValueTask InitializeAsync()
    {
        _service = await HandstampProcess.StartAsync(
            _data.Path, $"--Mail:Directory={Mails}", "--Mail:From=login@example.com", "--Accounts:LoginByMail=true",
            "--Accounts:Verification=required", "--Logging:Level=Warning");
        _client = new HandstampClient(new HandstampClientOptions { Url = _service.Address.OriginalString, Store = new MemoryTokenStore() });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
        _data.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_address_is_verified_a_person_logs_in_by_mail_and_changes_the_address()
    {
        await _client.RegisterAsync(Email, Password);
        Assert.Equal(HandstampErrorCodes.EmailNotVerified, (await FailsAsync(() => _client.LoginAsync(Email, Password))).Code);
        await _client.VerifyEmailWithCodeAsync(Email, (await MailAsync(Email)).Code);
        await _client.LoginAsync(Email, Password);
        Assert.True((await _client.GetUserAsync())!.EmailVerified);
        await _client.RequestEmailVerificationAsync(Email);
        Assert.Equal(HandstampErrorCodes.EmailTokenInvalid, (await FailsAsync(() => _client.VerifyEmailAsync("hss_nothing"))).Code);
        await _client.LogoutAsync();

        await _client.RequestLoginCodeAsync(Email);
        var mail = await MailAsync(Email);
        Assert.Equal(HandstampErrorCodes.LoginCodeInvalid, (await FailsAsync(() => _client.LoginWithLinkAsync("hss_nothing"))).Code);
        await _client.LoginWithCodeAsync(Email, mail.Code, "Phone");
        Assert.Equal("Phone", Assert.Single(await _client.ListDevicesAsync()).DeviceName);
        await _client.LogoutAsync();
        await _client.RequestLoginCodeAsync(Email);
        await _client.LoginWithLinkAsync((await MailAsync(Email)).Token);

        await _client.RequestEmailChangeAsync(NewEmail);
        await _client.ConfirmEmailChangeAsync((await MailAsync(NewEmail)).Token);
        Assert.Equal(NewEmail, (await _client.GetUserAsync())!.Email);
        await _client.UndoEmailChangeAsync((await MailAsync(Email)).Token);
        Assert.Null(await _client.GetUserAsync());
    }

    [Fact]
    public async Task A_session_of_a_login_by_mail_is_bound_to_a_key_too()
    {
        using var client = new HandstampClient(new HandstampClientOptions
        {
            Url = _service.Address.OriginalString, Store = new MemoryTokenStore(), KeyBinding = true,
        });
        await client.RegisterAsync(Email, Password);
        await client.VerifyEmailAsync((await MailAsync(Email)).Token);
        await client.RequestLoginCodeAsync(Email);

        await client.LoginWithCodeAsync(Email, (await MailAsync(Email)).Code);

        Assert.Equal(Email, (await client.GetUserAsync())!.Email);
        await client.RequestEmailChangeAsync(NewEmail);
        await client.ConfirmEmailChangeWithCodeAsync(NewEmail, (await MailAsync(NewEmail)).Code);
        Assert.Equal(NewEmail, (await client.GetUserAsync())!.Email);
    }

    /// <summary>The token and the code of the mail to this address, which is read once.</summary>
    async Task<(string Token, string Code)> MailAsync(string to)
    {
        string? found = null;
        await Eventually.TrueAsync(
            () => Directory.Exists(Mails)
                && (found = Directory.EnumerateFiles(Mails, "*.eml").FirstOrDefault(file => File.ReadAllText(file).Contains($"To: {to}"))) is not null,
            $"a mail to {to} comes");
        var text = File.ReadAllText(found!).ReplaceLineEndings("\n").Replace("=\n", "", StringComparison.Ordinal);
        File.Delete(found!);
        return (Token().Match(text).Value, Code().Match(text).Groups[1].Value);
    }

    static Task<HandstampException> FailsAsync(Func<Task> work) => Assert.ThrowsAsync<HandstampException>(work);

    [GeneratedRegex("hss_[A-Za-z0-9_-]+")]
    private static partial Regex Token();

    [GeneratedRegex(": ([0-9]{6})\n")]
    private static partial Regex Code();
}
