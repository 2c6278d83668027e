using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

/// <summary>Second factors, at the real service.</summary>
public sealed class SecondFactorTests(RunningService service) : LoggedIn(service)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_login_with_an_app_goes_on_with_its_next_code(bool keyBinding)
    {
        var (secret, codes) = await EnrolAsync();
        using var other = CreateOtherPerson(keyBinding);

        var due = await DueAsync(other);
        Assert.Equal(["totp", "recovery_code"], due.Methods);
        Assert.False(due.IsEnrolment);
        await FailsAsync(() => other.CompleteLoginAsync(due, "totp", "000000"), HandstampErrorCodes.MfaCodeInvalid, definitive: false);
        // One step ahead is accepted, and the code of now was used.
        await other.CompleteLoginAsync(due, "totp", AuthenticatorApp.CodeOf(secret, steps: 1));

        Assert.Equal(Email, (await other.GetUserAsync())!.Email);
        Assert.Equal(10, codes!.Count);
        await FailsAsync(() => other.CompleteLoginAsync(due, "totp", "000000"), HandstampErrorCodes.MfaTokenInvalid, definitive: false);
    }

    [Fact]
    public async Task A_recovery_code_logs_in_and_all_are_replaced()
    {
        var (_, codes) = await EnrolAsync("Telephone");
        using var other = CreateOtherPerson();

        await other.CompleteLoginAsync(await DueAsync(other), "recovery_code", codes![0]);

        var listed = await Client.ListSecondFactorsAsync();
        Assert.Equal((9, false), (listed.RecoveryCodes, listed.Required));
        Assert.Equal(("totp", "Telephone"), (Assert.Single(listed.Factors).Kind, listed.Factors[0].Name));
        Assert.Equal(10, (await Client.RenewRecoveryCodesAsync()).Count);
        Assert.Equal(10, (await Client.ListSecondFactorsAsync()).RecoveryCodes);
    }

    [Fact]
    public async Task A_removed_app_is_asked_for_no_more()
    {
        await EnrolAsync();
        var app = Assert.Single((await Client.ListSecondFactorsAsync()).Factors);

        await Client.RemoveSecondFactorAsync(app.Id);
        await FailsAsync(() => Client.RemoveSecondFactorAsync(app.Id), HandstampErrorCodes.FactorNotFound, definitive: false);

        using var other = CreateOtherPerson();
        await other.LoginAsync(Email, Password);
    }

    async Task<(string Secret, IReadOnlyList<string>? Codes)> EnrolAsync(string? name = null)
    {
        var begun = await Client.BeginAuthenticatorAsync();
        Assert.StartsWith("otpauth://totp/", begun.Uri, StringComparison.Ordinal);
        Assert.StartsWith("<svg ", begun.QrSvg, StringComparison.Ordinal);
        return (begun.Secret, await Client.ConfirmAuthenticatorAsync(AuthenticatorApp.CodeOf(begun.Secret), name));
    }

    HandstampClient CreateOtherPerson(bool keyBinding = false) => CreateClient(options =>
    {
        options.Store = new MemoryTokenStore();
        options.KeyBinding = keyBinding;
    });

    async Task<SecondFactorDue> DueAsync(HandstampClient client) =>
        (await FailsAsync(() => client.LoginAsync(Email, Password), HandstampErrorCodes.MfaRequired, definitive: false)).SecondFactor!;
}

/// <summary>A service that requires a second factor at once.</summary>
public sealed class RequiredSecondFactorTests
{
    [Fact]
    public async Task A_person_adds_an_app_at_the_login()
    {
        using var data = new TempDirectory();
        await using var service = await HandstampProcess.StartAsync(
            data.Path, "--Accounts:SecondFactor=required", "--Accounts:SecondFactorGrace=0", "--Logging:Level=Warning");
        using var client = new HandstampClient(new HandstampClientOptions { Url = service.Address.OriginalString, Store = new MemoryTokenStore() });
        await client.RegisterAsync("ada@example.com", "correct horse battery staple");

        var fault = await Assert.ThrowsAsync<HandstampException>(() => client.LoginAsync("ada@example.com", "correct horse battery staple"));
        var begun = await client.BeginAuthenticatorAsync(fault.SecondFactor!);
        await client.CompleteLoginAsync(fault.SecondFactor!, "totp", AuthenticatorApp.CodeOf(begun.Secret));

        Assert.Equal((HandstampErrorCodes.SecondFactorRequired, true), (fault.Code, fault.SecondFactor!.IsEnrolment));
        Assert.True((await client.ListSecondFactorsAsync()).Required);
    }
}
