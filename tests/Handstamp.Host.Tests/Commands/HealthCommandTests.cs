using System.Net.Sockets;
using System.Text;
using Handstamp.TestBed;
using Handstamp.TestBed.Faults;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed class HealthCommandTests : IDisposable
{
    readonly Installation _here = new();

    [Theory]
    [InlineData("127.0.0.1", "/")]
    [InlineData("0.0.0.0", "/")]
    [InlineData("localhost", "/auth")]
    public async Task A_service_that_is_ready_is_found_by_the_settings_that_it_was_started_with(string host, string basePath)
    {
        var port = ServerPort.Find();
        string[] settings = ["--urls", $"http://{host}:{port}", $"--BasePath={basePath}", $"--Issuer=http://localhost:{port}{basePath.TrimEnd('/')}"];
        await using var service = await _here.ServeAsync(settings);

        var result = await _here.RunAsync(["health", .. settings]);

        Assert.Equal((0, $"The service at http://127.0.0.1:{port}{basePath.TrimEnd('/')} is ready.\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("*")]
    [InlineData("[::]")]
    public async Task A_service_that_does_not_answer_is_not_healthy(string host)
    {
        var port = ServerPort.Find();

        Assert.Equal($"The service at http://127.0.0.1:{port} does not answer.\n", await _here.FailAsync(1, "health", "--urls", $"http://{host}:{port}"));
    }

    [Fact]
    public async Task An_address_that_no_service_can_have_is_refused() =>
        Assert.StartsWith("Urls contains 'nonsense'.", await _here.FailAsync(1, "health", "--urls", "nonsense"), StringComparison.Ordinal);

    [Theory]
    [InlineData("@127.0.0.3:6152")]
    [InlineData("http://evil.example")]
    [InlineData("auth")]
    public async Task A_base_path_that_no_service_can_have_is_refused(string path) => Assert.Equal(
        $"BasePath is '{path}'; it has to be a path such as / or /auth.\n", await _here.FailAsync(1, "health", "--BasePath", path));

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var ready = new FixedAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var other = new FixedAnswer($"HTTP/1.1 302 Found\r\nLocation: {ready.Address}\r\nContent-Length: 0\r\n\r\n");
        var urls = other.Address.GetLeftPart(UriPartial.Authority);

        Assert.Equal($"The service at {urls} is not ready. It answers 302.\n", await _here.FailAsync(1, "health", "--urls", urls));
    }

    [Fact]
    public async Task The_body_of_the_answer_is_not_read()
    {
        await using var other = new FixedAnswer("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");

        Assert.Equal(0, (await _here.RunAsync("health", "--urls", other.Address.GetLeftPart(UriPartial.Authority))).ExitCode);
    }

    [Fact]
    public async Task A_service_that_drains_is_not_healthy()
    {
        var urls = $"http://127.0.0.1:{ServerPort.Find()}";
        await using var service = await _here.ServeAsync("--urls", urls, "--Shutdown:DrainDelay=00:00:05");
        var stopped = service.StopAsync();

        CommandResult result;
        do result = await _here.RunAsync("health", "--urls", urls);
        while (result.ExitCode == 0);

        Assert.Equal($"The service at {urls} is not ready. It answers 503.\n", result.Error);
        await stopped;
    }

    public void Dispose() => _here.Dispose();

    /// <summary>Answers each request with the same bytes, and does not close the connection.</summary>
    sealed class FixedAnswer(string answer) : LoopbackServer
    {
        protected override async Task ServeAsync(TcpClient client)
        {
            var stream = client.GetStream();
            _ = await stream.ReadAsync(new byte[4096], Stopping);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Stopping);
            await Task.Delay(Timeout.Infinite, Stopping);
        }
    }
}
