using System.Net;
using System.Net.Sockets;
using Handstamp.Server.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>An impostor answers instead of the database, and asks for the password in the clear.</summary>
public sealed class ImpostorTests : IDisposable
{
    static readonly byte[] No = [(byte)'N'];
    static readonly byte[] AskInTheClear = [(byte)'R', 0, 0, 0, 8, 0, 0, 0, 3];

    readonly TcpListener _impostor = new(IPAddress.Loopback, 0);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "in a way that reveals it")]
    [InlineData("SSL Mode=Require", "does not accept TLS")]
    public async Task An_impostor_does_not_get_the_password(string setting, string said)
    {
        _impostor.Start();
        var heard = HearAsync();

        var refusal = await Assert.ThrowsAsync<StorageStartException>(() => OpenAsync(setting));

        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", await heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_impostor_gets_the_password_if_the_operator_allows_it()
    {
        _impostor.Start();
        var heard = HearAsync();

        await Assert.ThrowsAsync<StorageStartException>(() => OpenAsync("Require Auth=Password"));

        Assert.Contains("hunter2", await heard, StringComparison.Ordinal);
    }

    public void Dispose() => _impostor.Dispose();

    async Task OpenAsync(string setting)
    {
        var port = ((IPEndPoint)_impostor.LocalEndpoint).Port;
        await using var services = new ServiceCollection().AddLogging()
            .AddHandstampPostgres($"Host=127.0.0.1;Port={port};Database=handstamp;Username=ada;Password=hunter2;{setting}")
            .BuildServiceProvider();
        await services.GetRequiredService<IStorage>().OpenAsync(Cancel);
    }

    /// <summary>Everything that one client has sent to a server that has no TLS and wants the password.</summary>
    async Task<string> HearAsync()
    {
        var heard = new List<byte>();
        // The first connection may check for Kerberos, and send nothing.
        while (heard.Count == 0) await HearOneAsync(heard);
        return System.Text.Encoding.Latin1.GetString([.. heard]);
    }

    async Task HearOneAsync(List<byte> heard)
    {
        using var client = await _impostor.AcceptSocketAsync(Cancel);
        var buffer = new byte[4096];
        while (await client.ReceiveAsync(buffer, Cancel) is var count and > 0)
        {
            heard.AddRange(buffer[..count]);
            // A request for encryption is eight bytes long. The password comes in a message of type p.
            if (buffer[0] == 'p') break;
            await client.SendAsync(count == 8 ? No : AskInTheClear, Cancel);
        }
    }
}
