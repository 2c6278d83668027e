using Handstamp.Client;

var auth = Environment.GetEnvironmentVariable("AUTH") ?? "http://127.0.0.1:5110";
var api = Environment.GetEnvironmentVariable("API") ?? "http://127.0.0.1:5111";
var own = Environment.GetFolderPath(
    Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);

using var handstamp = new HandstampClient(new HandstampClientOptions
{
    Url = auth,
    Apis = { api },
    Store = new FileTokenStore(Path.Combine(own, "handstamp-cli", "session")),
});

try
{
    return await (args switch
    {
        ["register", var email] => RegisterAsync(email),
        ["login", var email] => LoginAsync(email),
        ["whoami"] => ShowUserAsync(),
        ["call", var path] => CallAsync(path),
        ["logout"] => LogoutAsync(),
        _ => Task.FromResult(Fail("Commands: register EMAIL, login EMAIL, whoami, call PATH, logout", 2)),
    });
}
catch (Exception fault) when (fault is HandstampException or HttpRequestException)
{
    return Fail(fault.Message, 1);
}

async Task<int> RegisterAsync(string email)
{
    await handstamp.RegisterAsync(email, ReadPassword());
    return 0;
}

async Task<int> LoginAsync(string email)
{
    await handstamp.LoginAsync(email, ReadPassword(), Environment.MachineName);
    return await ShowUserAsync();
}

async Task<int> ShowUserAsync()
{
    if (await handstamp.GetUserAsync() is not { } user) return Fail("Nobody is logged in.", 1);
    Console.WriteLine($"You are {user.Email}.");
    return 0;
}

async Task<int> CallAsync(string path)
{
    using var http = handstamp.CreateHttpClient();
    using var answer = await http.GetAsync(new Uri(new Uri(api), path));
    Console.Write(await answer.Content.ReadAsStringAsync());
    return answer.IsSuccessStatusCode ? 0 : Fail($"The API answered {(int)answer.StatusCode}.", 1);
}

async Task<int> LogoutAsync()
{
    await handstamp.LogoutAsync();
    return 0;
}

static string ReadPassword()
{
    if (Console.IsInputRedirected) return Console.ReadLine() ?? "";
    Console.Write("Password: ");
    var password = "";
    for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        password = key.Key == ConsoleKey.Backspace ? password[..^Math.Min(1, password.Length)] : password + key.KeyChar;
    Console.WriteLine();
    return password;
}

static int Fail(string sentence, int exitCode)
{
    Console.Error.WriteLine(sentence);
    return exitCode;
}
