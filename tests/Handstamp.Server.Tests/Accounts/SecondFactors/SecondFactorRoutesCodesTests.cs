using Handstamp.Server.Tests.SignIn;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>The recovery codes that the routes show, each only when it is made.</summary>
public sealed class SecondFactorRoutesCodesTests
{
    [Fact]
    public async Task The_first_app_comes_with_ten_and_ten_others_take_their_place()
    {
        await using var app = await HandstampApp.StartAsync();
        var ada = new Person(app);
        var tokens = await app.RegisterAndLoginAsync();
        await ada.EnrolAsync(tokens);
        Assert.Equal(10, ada.RecoveryCodes.Distinct().Count());

        using var renewed = await app.PostAsync("/mfa/recovery-codes", new { }, tokens.AccessToken);

        var codes = (await Person.ReadAsync(renewed)).GetProperty("recovery_codes").EnumerateArray().Select(code => code.GetString()!).ToList();
        Assert.Equal(10, codes.Distinct().Count());
        Assert.Empty(codes.Intersect(ada.RecoveryCodes));
    }

    [Fact]
    public async Task Without_a_second_factor_there_are_none()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();

        using var refused = await app.PostAsync("/mfa/recovery-codes", new { }, tokens.AccessToken);

        var problem = await ProblemAnswer.ReadAsync(refused);
        Assert.Equal((409, "mfa_not_enabled"), (problem.Status, problem.Code));
    }
}
