using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Identity.Api;

/// <summary>Refusals in the form of MapIdentityApi: each error code with its descriptions.</summary>
static class ValidationProblems
{
    public static ValidationProblem Of(IdentityResult result) => TypedResults.ValidationProblem(
        result.Errors.GroupBy(error => error.Code).ToDictionary(errors => errors.Key, errors => errors.Select(error => error.Description).ToArray()));

    public static ValidationProblem Of(IdentityError error) => Of(IdentityResult.Failed(error));

    public static ValidationProblem Of(string code, string description) => Of(new IdentityError { Code = code, Description = description });
}
