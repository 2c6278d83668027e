using System.Reflection;
using System.Text.RegularExpressions;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>The error table. Programs read the codes, people the titles, and both clients delete their tokens where it says so.</summary>
public sealed partial class ProblemsTests
{
    [Fact]
    public void The_code_of_a_problem_is_its_name()
    {
        var named = typeof(Problems).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (Code: Capital().Replace(field.Name, "_$0").ToLowerInvariant(), Problem: (Problem)field.GetValue(null)!))
            .ToList();

        Assert.Equal(named.Select(one => one.Code), named.Select(one => one.Problem.Code));
        Assert.Equal(named.Select(one => one.Problem), Problems.All);
    }

    [Fact]
    public void The_title_of_a_problem_is_one_or_more_sentences() =>
        Assert.All(Problems.All, problem => Assert.Matches(@"^[A-Z][^""\\]+\w\.\z", problem.Title));

    [Fact]
    public void A_client_deletes_its_tokens_only_where_they_are_of_no_more_use() => Assert.Equal(
        [
            "refresh_token_missing", "refresh_token_invalid", "former_token_invalid", "session_expired", "session_revoked", "refresh_token_reused",
            "account_disabled",
        ],
        Problems.All.Where(problem => problem.Definitive).Select(problem => problem.Code));

    [Fact]
    public void The_OAuth_code_of_a_problem_follows_from_its_status_unless_an_RFC_has_one()
    {
        Assert.Equal(
            ["invalid_request", "invalid_token", "temporarily_unavailable", "temporarily_unavailable", "server_error"],
            new[] { Problems.InvalidRequest, Problems.AccessTokenInvalid, Problems.TooManyRequests, Problems.StorageUnavailable, Problems.InternalError }
                .Select(problem => problem.OAuthError));
        Assert.Equal(
            ["insufficient_user_authentication", "invalid_dpop_proof", "use_dpop_nonce"],
            new[] { Problems.InsufficientUserAuthentication, Problems.DpopProofInvalid, Problems.UseDpopNonce }.Select(problem => problem.OAuthError));
    }

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
