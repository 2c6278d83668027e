using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Breached;

public sealed class BreachedPasswordsTests : IDisposable
{
    const string Setting = "Accounts:Password:BreachedFile";
    const string Unusable = "New passwords are not compared with it until it can.";

    readonly TempDirectory _here = new();

    string List => _here.File("breached.list");

    [Fact]
    public void A_password_of_the_list_is_refused_only_in_this_upper_and_lower_case()
    {
        TestLists.Write(List, "a Violet umbrella");

        Assert.Equal(
            new(PasswordRules.Breached, "This password is in a list of breached passwords, so attackers try it."), Fault("a Violet umbrella"));
        Assert.Null(Fault("a violet umbrella"));
        Assert.Null(TestAccounts.Policy().Fault("a Violet umbrella"));
    }

    [Fact]
    public void A_rule_that_is_cheaper_to_check_is_named_first()
    {
        TestLists.Write(List, "password");

        Assert.Equal(PasswordRules.Common, Fault("password")?.Rule);
    }

    [Fact]
    public void A_password_is_looked_up_in_both_forms()
    {
        TestLists.Write(List, "ein grüner Schirm", "ein gru\u0308ner Hut");

        Assert.Equal(PasswordRules.Breached, Fault("ein gru\u0308ner Schirm")?.Rule);
        Assert.Equal(PasswordRules.Breached, Fault("ein grüner Schirm")?.Rule);
        Assert.Equal(PasswordRules.Breached, Fault("ein gru\u0308ner Hut")?.Rule);
        // The list has another text, and nobody can know all texts that look the same.
        Assert.Null(Fault("ein grüner Hut"));
    }

    [Fact]
    public void A_password_of_which_neither_form_is_in_the_list_is_accepted()
    {
        TestLists.Write(List, "ein grüner Schirm");

        Assert.Null(Fault("ein gru\u0308ner Mantel"));
        Assert.Null(Fault("ein grüner Mantel"));
    }

    [Fact]
    public async Task A_breached_password_is_refused_wherever_a_password_is_set()
    {
        TestLists.Write(List, "a green umbrella");
        await using var app = await HandstampApp.StartAsync(new() { [Setting] = List });
        var own = await app.RegisterAndLoginAsync();

        using var registered = await app.PostAsync("/register", new { email = "eve@example.com", password = "a green umbrella" });
        using var changed = await app.SendAsync(
            HttpMethod.Post, "/password/change", new { current_password = HandstampApp.Password, new_password = "a green umbrella" },
            own.AccessToken);

        foreach (var answer in (HttpResponseMessage[])[registered, changed])
        {
            var problem = await ProblemAnswer.ReadAsync(answer);
            Assert.Equal((400, "password_too_weak", "breached"), (problem.Status, problem.Code, problem.Rule));
        }
        Assert.DoesNotContain(Unusable, Log(app));
    }

    [Fact]
    public async Task A_list_that_is_moved_into_place_is_used_at_once()
    {
        TestLists.Write(List, "a green umbrella");
        await using var app = await HandstampApp.StartAsync(new() { [Setting] = List });

        TestLists.Write(List, "a purple umbrella");

        Assert.Equal("breached", await RuleAsync(app, "a purple umbrella"));
        Assert.Null(await RuleAsync(app, "a green umbrella"));
    }

    [Fact]
    public async Task A_damaged_list_is_logged_once_until_it_can_be_used_again()
    {
        TestLists.Write(List, "a green umbrella");
        await using var app = await HandstampApp.StartAsync(new() { [Setting] = List });
        for (var damage = 1; damage <= 2; damage++)
        {
            File.Delete(List);
            for (var attempt = 1; attempt <= 3; attempt++) Assert.Null(await RuleAsync(app, "a green umbrella"));
            Assert.Equal(damage, app.Logs.Lines.Count(line => line.Contains(Unusable, StringComparison.Ordinal)));

            TestLists.Write(List, "a green umbrella");
            Assert.Equal("breached", await RuleAsync(app, "a green umbrella"));
        }
        Assert.DoesNotContain("..", Log(app).Split(Unusable)[0].Split("cannot be used")[^1]);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("overwritten")]
    [InlineData("deleted")]
    public async Task A_list_that_is_damaged_while_in_use_is_logged_and_blocks_nobody(string how)
    {
        TestLists.Write(List, TestLists.MadeUp(10_000).Append("a green umbrella"));
        await using var app = await HandstampApp.StartAsync(new() { [Setting] = List });
        Assert.Equal("breached", await RuleAsync(app, "a green umbrella"));

        if (how == "truncated") using (var file = File.OpenWrite(List)) file.SetLength(1000);
        else if (how == "overwritten") File.WriteAllText(List, new string('x', 100_000));
        else File.Delete(List);

        Assert.Null(await RuleAsync(app, "a green umbrella"));
        Assert.Contains(Unusable, Log(app));
        Assert.DoesNotContain("umbrella", Log(app));
    }

    /// <summary>The rule that refuses a registration; null if it is accepted.</summary>
    static async Task<string?> RuleAsync(HandstampApp app, string password)
    {
        using var answer = await app.PostAsync("/register", new { email = $"{Guid.CreateVersion7(TestAccounts.Now)}@example.com", password });
        return answer.StatusCode == HttpStatusCode.Created ? null : (await ProblemAnswer.ReadAsync(answer)).Rule;
    }

    static string Log(HandstampApp app) => string.Join('\n', app.Logs.Lines);

    PasswordFault? Fault(string password) => TestAccounts.Policy(options => options.Password.BreachedFile = List).Fault(password);

    public void Dispose() => _here.Dispose();
}
