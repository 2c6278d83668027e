using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed class InvitationCommandTests : IDisposable
{
    const string Eve = "Eve@example.com";

    readonly Installation _here = new();

    [Fact]
    public async Task An_invitation_is_made_listed_and_withdrawn()
    {
        await _here.AddAccountAsync();

        var invited = await _here.AskAsync(With("invite", Eve, "--role", "editor", "--role", "billing", "--language", "de"));
        Assert.Equal((Eve, 2), (invited.GetProperty("email").GetString(), invited.GetProperty("roles").GetArrayLength()));
        var listed = Assert.Single((await _here.AskAsync("invitation", "list")).EnumerateArray());
        Assert.Equal(invited.GetProperty("id").GetGuid(), listed.GetProperty("id").GetGuid());
        var mail = Assert.Single((await _here.AskAsync("mail", "list")).EnumerateArray());
        Assert.Equal(("invitation", "eve@example.com"), (mail.GetProperty("kind").GetString(), mail.GetProperty("receiver").GetString()));

        var withdrawn = await _here.AskAsync("invitation", "withdraw", "eve@example.com");
        Assert.Equal("Withdrew the invitation of eve@example.com.", withdrawn.GetProperty("text").GetString());
        Assert.Empty((await _here.AskAsync("invitation", "list")).EnumerateArray());
        Assert.Equal("eve@example.com has no invitation.", (await _here.FailAsync(1, "invitation", "withdraw", "eve@example.com")).Trim());
    }

    [Fact]
    public async Task A_person_reads_who_was_invited()
    {
        await _here.AddAccountAsync();

        var result = await _here.RunAsync(With("invite", Eve, "--role", "editor"));

        Assert.StartsWith($"Invited {Eve}. The running service sends the mail.", result.Output);
        Assert.Contains("editor", result.Output);
        Assert.Contains(Eve, (await _here.RunAsync("invitation", "list")).Output);
    }

    [Fact]
    public async Task An_address_with_an_account_is_not_invited()
    {
        await _here.AddAccountAsync();

        var result = await _here.RunAsync(With("invite", "ada@example.com", "--role", "admin"));

        Assert.Equal(
            "ada@example.com has an account, so no invitation was sent. The account was not changed. Its address is not verified, so " +
            "anyone may have registered it. Give the account no roles before the address is verified.",
            result.Output.Trim());
        Assert.Equal(0, result.ExitCode);
        Assert.Empty((await _here.AskAsync("mail", "list")).EnumerateArray());
    }

    [Theory]
    [InlineData("no address", "This is not a valid e-mail address.")]
    [InlineData("eve@evil.example", "E-mail addresses at this domain are not accepted here.", "RefusedMailDomains", "evil.example")]
    [InlineData(Eve, "Set Accounts:Registration to invited or open.", "Registration", "closed")]
    public async Task What_could_not_be_accepted_is_not_made(string address, string reason, string? setting = null, string value = "")
    {
        await _here.AddAccountAsync();
        var call = With("invite", address);
        if (setting is not null) call = call with { Environment = new Dictionary<string, string>(call.Environment!) { [$"HANDSTAMP_Accounts__{setting}"] = value } };

        var result = await _here.RunAsync(call);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(reason, result.Error);
    }

    [Fact]
    public async Task Without_a_mail_server_nobody_is_invited()
    {
        await _here.AddAccountAsync();

        Assert.Contains("This service sends no e-mail.", await _here.FailAsync(1, "invite", Eve));
    }

    public void Dispose() => _here.Dispose();

    CommandCall With(params string[] command) => new(command)
    {
        Environment = new Dictionary<string, string>
        {
            ["HANDSTAMP_Mail__Directory"] = _here.File("mails"),
            ["HANDSTAMP_Mail__From"] = "login@example.com",
        },
    };
}
