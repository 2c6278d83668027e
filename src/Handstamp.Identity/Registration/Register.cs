using Handstamp.Identity.Api;
using Handstamp.Identity.Emails;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Handstamp.Identity.Registration;

/// <summary><c>POST /register</c>: a new user, and a link that confirms the address.</summary>
sealed class Register<TUser>(IdentityApiOptions<TUser> options, ConfirmationLinks<TUser> links) where TUser : class, new()
{
    public async Task<Results<Ok, ValidationProblem>> HandleAsync(
        [FromBody] RegisterRequest body, HttpContext context, [FromServices] UserManager<TUser> users, [FromServices] IUserStore<TUser> store)
    {
        if (store is not IUserEmailStore<TUser> emails) throw new NotSupportedException("POST /register needs a store of users that has their addresses.");
        if (!EmailAddresses.IsValid(body.Email)) return ValidationProblems.Of(users.ErrorDescriber.InvalidEmail(body.Email));

        var user = new TUser();
        await store.SetUserNameAsync(user, body.Email, context.RequestAborted);
        await emails.SetEmailAsync(user, body.Email, context.RequestAborted);
        if (options.Register is { } fields && await fields(user, body.Fields) is { Succeeded: false } refused) return ValidationProblems.Of(refused);

        var created = await CreateAsync(context, users, user, body);
        if (!created.Succeeded) return ValidationProblems.Of(created);
        await links.SendAsync(context, users, user, body.Email);
        return TypedResults.Ok();
    }

    // Of two registrations at the same moment, both find the name free, and the index of the database refuses one of them.
    static async Task<IdentityResult> CreateAsync(HttpContext context, UserManager<TUser> users, TUser user, RegisterRequest body) =>
        await context.UnlessOvertakenAsync<TUser>(
            () => users.CreateAsync(user, body.Password), async others => await others.FindByNameAsync(body.Email) is not null)
        ?? IdentityResult.Failed(users.ErrorDescriber.DuplicateUserName(body.Email));
}
