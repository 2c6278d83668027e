using System.Text.Json;
using Handstamp.Server.Accounts.SecondFactors;
using OtpNet;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>A person with an account, and an authenticator app of another make.</summary>
sealed class Person(HandstampApp app, string email = HandstampApp.Email)
{
    byte[] _secret = [];

    /// <summary>The secret of the app.</summary>
    public byte[] Secret => _secret;

    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    public Guid AppId { get; private set; }

    /// <summary>The code that the app shows now.</summary>
    public string Code => CodeIn(steps: 0);

    public string CodeIn(int steps) => new OtpNet.Totp(_secret).ComputeTotp(app.Clock.GetUtcNow().AddSeconds(steps * 30).UtcDateTime);

    /// <summary>The next code, which was not used.</summary>
    public string NextCode()
    {
        app.Jump(TimeSpan.FromSeconds(30));
        return Code;
    }

    /// <summary>The same person at another app, or at the same one after a restart.</summary>
    public Person At(HandstampApp other) => new(other, email) { _secret = _secret, RecoveryCodes = RecoveryCodes };

    public void Scan(JsonElement enrolment)
    {
        _secret = Base32Encoding.ToBytes(enrolment.GetProperty("secret").GetString());
        Assert.Equal(20, _secret.Length);
    }

    /// <summary>Adds an app to the account of these tokens.</summary>
    public async Task EnrolAsync(TokenSet tokens, string? name = null)
    {
        using var begun = await app.PostAsync("/mfa/totp", new { }, tokens.AccessToken);
        Scan(await ReadAsync(begun));
        using var confirmed = await app.PostAsync("/mfa/totp/confirm", name is null ? new { code = Code } : new { code = Code, name }, tokens.AccessToken);
        var answer = await ReadAsync(confirmed);
        AppId = answer.GetProperty("id").GetGuid();
        if (answer.TryGetProperty("recovery_codes", out var codes)) RecoveryCodes = [.. codes.EnumerateArray().Select(code => code.GetString()!)];
    }

    /// <summary>The password is right, and a second factor is missing.</summary>
    public async Task<(string Token, string[] Methods)> BeginAsync(string password = HandstampApp.Password)
    {
        using var login = await app.PostAsync("/login", new { email, password });
        var problem = JsonDocument.Parse(await login.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((401, "mfa_required"), ((int)login.StatusCode, problem.GetProperty("code").GetString()));
        return (problem.GetProperty("mfa_token").GetString()!, MethodsOf(problem));
    }

    public Task<HttpResponseMessage> ContinueAsync(string token, string code, string method = SecondFactorKinds.Totp) =>
        app.PostAsync("/login/mfa", new { mfa_token = token, method, code });

    public async Task<TokenSet> LoginAsync(string code, string method = SecondFactorKinds.Totp)
    {
        using var answer = await ContinueAsync((await BeginAsync()).Token, code, method);
        return await TokenSet.ReadAsync(answer);
    }

    /// <summary>The code of the refusal of an answer in a new login.</summary>
    public async Task<string> RefusedAsync(string code, string method = SecondFactorKinds.Totp)
    {
        using var answer = await ContinueAsync((await BeginAsync()).Token, code, method);
        return (await ProblemAnswer.ReadAsync(answer)).Code;
    }

    public static string[] MethodsOf(JsonElement problem) => [.. problem.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!)];

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body).RootElement;
    }
}
