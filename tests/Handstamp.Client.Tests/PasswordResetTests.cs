using System.Text.RegularExpressions;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

/// <summary>A forgotten password, with a service that writes its mails into a directory.</summary>
public sealed partial class PasswordResetTests : IAsyncLifetime
{
    const string Email = "ada@example.com";
    const string Password = "correct horse battery staple";
    const string NewPassword = "another " + Password;

    readonly TempDirectory _data = new();
    ListeningProcess _service = null!;
    HandstampClient _client = null!;

    string Mails => Path.Combine(_data.Path, "mails");

    public async ValueTask InitializeAsync()
    {
        _service = await HandstampProcess.StartAsync(_data.Path, $"--Mail:Directory={Mails}", "--Mail:From=login@example.com", "--Logging:Level=Warning");
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
    public async Task A_forgotten_password_is_replaced_and_the_session_ends()
    {
        await _client.RegisterAsync(Email, Password);
        await _client.LoginAsync(Email, Password);

        await _client.RequestPasswordResetAsync(Email);
        await _client.RequestPasswordResetAsync("nobody@example.com");
        var token = await TokenOfMailAsync();
        Assert.Equal(HandstampErrorCodes.PasswordTooWeak, (await FailsAsync(() => _client.ResetPasswordAsync(token, "password1"))).Code);
        await _client.ResetPasswordAsync(token, NewPassword);

        Assert.Equal(HandstampErrorCodes.ResetTokenInvalid, (await FailsAsync(() => _client.ResetPasswordAsync(token, NewPassword))).Code);
        await _client.LoginAsync(Email, NewPassword);
        Assert.Equal(Email, (await _client.GetUserAsync())!.Email);
    }

    async Task<string> TokenOfMailAsync()
    {
        Match? token = null;
        await Eventually.TrueAsync(
            () => Directory.Exists(Mails)
                && Directory.EnumerateFiles(Mails, "*.eml").Select(file => Token().Match(File.ReadAllText(file))).FirstOrDefault() is { Success: true } match
                && (token = match) is not null,
            "the mail arrives");
        return token!.Value;
    }

    static Task<HandstampException> FailsAsync(Func<Task> work) => Assert.ThrowsAsync<HandstampException>(work);

    [GeneratedRegex("hss_[A-Za-z0-9_-]+")]
    private static partial Regex Token();
}
