using Handstamp.Rig.Load;

namespace Handstamp.Rig.Targets;

/// <summary>The account of a caller. The servers check only the password.</summary>
sealed record Account(string Email)
{
    public const string Password = "Correct-Horse-1-Battery";

    public static Account Number(int number) => new($"caller-{number}@example.com");
}

/// <summary>The requests that a server expects, and its answers.</summary>
sealed record Dialect(Func<Account, Message> Login, Func<string, Message> Refresh)
{
    public Func<Account, Message>? Register { get; init; } = RegisterJson;

    public string RefreshMember { get; init; } = "refresh_token";

    public string AccessMember { get; init; } = "access_token";

    /// <summary>The status of a refusal.</summary>
    public int Refusal { get; init; } = 401;

    public static Dialect Handstamp { get; } = new(
        account => Json("/login", account),
        token => Message.Json("/refresh", $$"""{"refresh_token":"{{token}}"}"""));

    public static Dialect IdentityApi { get; } = new(
        account => Json("/login", account),
        token => Message.Json("/refresh", $$"""{"refreshToken":"{{token}}"}"""))
    {
        RefreshMember = "refreshToken",
        AccessMember = "accessToken",
    };

    public static Dialect OpenIddict { get; } = new(
        account => Message.Form("/connect/token", PasswordForm(account)),
        token => Message.Form("/connect/token", $"grant_type=refresh_token&refresh_token={token}"))
    {
        Refusal = 400,
    };

    public static Dialect OidcProvider { get; } = new(
        _ => Message.Form("/session", ""),
        token => Message.Form("/token", $"grant_type=refresh_token&client_id=bench&refresh_token={token}"))
    {
        Register = null,
        Refusal = 400,
    };

    public static Dialect BetterAuth { get; } = new(
        _ => Message.Form("/session", ""),
        token => Message.Form(
            "/api/auth/oauth2/token", $"grant_type=refresh_token&client_id=bench&refresh_token={token}"))
    {
        Register = null,
        Refusal = 400,
    };

    public RefreshTemplate Template => new(Refresh, RefreshMember, AccessMember);

    static Message RegisterJson(Account account) => Json("/register", account);

    static Message Json(string path, Account account) =>
        Message.Json(path, $$"""{"email":"{{account.Email}}","password":"{{Account.Password}}"}""");

    static string PasswordForm(Account account) =>
        "grant_type=password&scope=offline_access"
        + $"&username={Uri.EscapeDataString(account.Email)}&password={Account.Password}";
}
