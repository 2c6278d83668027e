using System.Net.Http.Json;
using System.Net.Sockets;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed class MailCommandTests : IDisposable
{
    const string Ada = "ada@example.com";

    readonly Installation _here = new();

    [Fact]
    public async Task A_test_mail_is_written_and_its_file_named()
    {
        await _here.AddAccountAsync();

        var sent = await _here.AskAsync(Test(("Directory", _here.File("mails"))));

        var file = Assert.Single(Directory.EnumerateFiles(_here.File("mails"), "*.eml"));
        Assert.Equal($"Sent to {Ada}. Answer: {file}", sent.GetProperty("text").GetString());
        Assert.Contains("A test mail from Handstamp", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task What_the_mail_server_answers_is_shown()
    {
        using var server = new TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        var port = ((System.Net.IPEndPoint)server.LocalEndpoint).Port;
        await _here.AddAccountAsync();
        var refusing = Task.Run(async () =>
        {
            using var client = await server.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("554 No mail from here\r\n"u8.ToArray());
        });

        var result = await _here.RunAsync(Test(("Server", $"smtp://127.0.0.1:{port}")));

        await refusing;
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("The mail server answered 554 (UnexpectedStatusCode).", result.Error);
        Assert.Contains("No mail from here", result.Error);
    }

    [Fact]
    public async Task Without_a_mail_server_a_test_says_so()
    {
        await _here.AddAccountAsync();
        Assert.Contains("The service sends no mail", await _here.FailAsync(1, "mail", "test", Ada));
    }

    [Fact]
    public async Task What_waits_is_listed_and_only_what_was_given_up_is_sent_again()
    {
        await _here.AddAccountAsync();
        await using (var service = await _here.ServeAsync("--Mail:Server=smtp://127.0.0.1:1", "--Mail:From=login@example.com"))
        {
            using var client = new HttpClient();
            using var answer = await client.PostAsJsonAsync(new Uri(service.Address, "/password/forgot"), new { email = Ada });
            answer.EnsureSuccessStatusCode();
        }

        var listed = await _here.AskAsync("mail", "list");
        var mail = Assert.Single(listed.EnumerateArray());
        Assert.Equal(("password_reset", Ada), (mail.GetProperty("kind").GetString(), mail.GetProperty("receiver").GetString()));
        Assert.Contains("password_reset", (await _here.RunAsync("mail", "list")).Output);
        Assert.Contains("was given up", await _here.FailAsync(1, "mail", "retry", mail.GetProperty("id").GetString()!));
        Assert.Contains("is not the id of a mail", await _here.FailAsync(2, "mail", "retry", "5"));
    }

    [Fact]
    public async Task An_account_is_added_with_a_verified_address()
    {
        await _here.AddAccountAsync();
        var verified = await _here.AskAsync("user", "add", "bob@example.com", "--generate", "--verified");

        Assert.True(verified.GetProperty("email_verified").GetBoolean());
        Assert.False((await _here.AskAsync("user", "show", Ada)).GetProperty("email_verified").GetBoolean());
        Assert.Contains("verified yes", (await _here.RunAsync("user", "show", "bob@example.com")).Output);
    }

    static CommandCall Test(params (string Key, string Value)[] settings) => new(["mail", "test", Ada])
    {
        Environment = settings.Append(("From", "login@example.com")).ToDictionary(one => $"HANDSTAMP_Mail__{one.Item1}", one => one.Item2),
    };

    public void Dispose() => _here.Dispose();
}
