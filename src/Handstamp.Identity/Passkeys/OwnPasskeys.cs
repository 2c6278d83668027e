using System.Buffers.Text;
using System.Security.Claims;
using Handstamp.Identity.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Handstamp.Identity.Passkeys;

/// <summary>The user's own passkeys: the routes below <c>/manage/passkeys</c>. Each looks only among those of the caller.</summary>
static class OwnPasskeys<TUser> where TUser : class
{
    public static async Task<Results<ContentHttpResult, ValidationProblem, NotFound>> OptionsAsync(
        ClaimsPrincipal caller, [FromServices] SignInManager<TUser> signIn, [FromServices] IOptions<HandstampIdentityOptions> options)
    {
        var users = signIn.UserManager;
        if (await users.GetUserAsync(caller) is not { } user) return TypedResults.NotFound();
        if (await RefuseAnotherAsync(users, user, options.Value) is { } full) return full;
        var name = await users.GetUserNameAsync(user) ?? await users.GetUserIdAsync(user);
        var person = new PasskeyUserEntity { Id = await users.GetUserIdAsync(user), Name = name, DisplayName = name };
        return TypedResults.Content(await signIn.MakePasskeyCreationOptionsAsync(person), "application/json");
    }

    public static async Task<Results<Ok<PasskeyItem>, ValidationProblem, NotFound>> AddAsync(
        ClaimsPrincipal caller, [FromBody] AddPasskeyRequest body, [FromServices] SignInManager<TUser> signIn,
        [FromServices] UsedChallenges challenges, [FromServices] IOptions<HandstampIdentityOptions> options)
    {
        var users = signIn.UserManager;
        if (await users.GetUserAsync(caller) is not { } user) return TypedResults.NotFound();
        if (!PasskeyNames.IsValid(body.Name)) return PasskeyNames.Refuse();
        if (await RefuseAnotherAsync(users, user, options.Value) is { } full) return full;

        var credential = Credentials.TextOf(body.Credential);
        var made = await Ceremonies.RunAsync(() => signIn.PerformPasskeyAttestationAsync(credential));
        // The challenge may have been made for another user of this browser.
        if (made is not { Succeeded: true } || made.UserEntity.Id != await users.GetUserIdAsync(user)) return Wrong();
        if (!await challenges.TryUseAsync(signIn.Context, credential)) return Wrong();
        made.Passkey.Name = body.Name;
        // Another request may have added it in the meantime.
        var added = await signIn.Context.UnlessOvertakenAsync<TUser>(
            () => users.AddOrUpdatePasskeyAsync(user, made.Passkey), async others => !await others.IsGoneAsync(made.Passkey));
        if (added is null) return Wrong();
        return added.Succeeded ? TypedResults.Ok(PasskeyItem.Of(made.Passkey)) : ValidationProblems.Of(added);
    }

    public static async Task<Results<Ok<PasskeyItem[]>, NotFound>> ListAsync(ClaimsPrincipal caller, [FromServices] UserManager<TUser> users) =>
        await users.GetUserAsync(caller) is { } user
            ? TypedResults.Ok((await users.GetPasskeysAsync(user)).Select(PasskeyItem.Of).ToArray())
            : TypedResults.NotFound();

    public static async Task<Results<Ok, ValidationProblem, NotFound>> RenameAsync(
        string credentialId, ClaimsPrincipal caller, [FromBody] RenamePasskeyRequest body, HttpContext context, [FromServices] UserManager<TUser> users)
    {
        if (!PasskeyNames.IsValid(body.Name)) return PasskeyNames.Refuse();
        if (await FindAsync(users, caller, credentialId) is not var (user, passkey)) return TypedResults.NotFound();
        passkey.Name = body.Name;
        return await DoneAsync(context, passkey, () => users.AddOrUpdatePasskeyAsync(user, passkey));
    }

    public static async Task<Results<Ok, ValidationProblem, NotFound>> RemoveAsync(
        string credentialId, ClaimsPrincipal caller, HttpContext context, [FromServices] UserManager<TUser> users) =>
        await FindAsync(users, caller, credentialId) is var (user, passkey)
            ? await DoneAsync(context, passkey, () => users.RemovePasskeyAsync(user, passkey.CredentialId))
            : TypedResults.NotFound();

    // Identity's store would give the passkey of another user to this one, and removes without a word what is not there.
    static async Task<(TUser User, UserPasskeyInfo Passkey)?> FindAsync(UserManager<TUser> users, ClaimsPrincipal caller, string credentialId)
    {
        if (!Base64Url.IsValid(credentialId) || await users.GetUserAsync(caller) is not { } user) return null;
        var passkey = await users.GetPasskeyAsync(user, Base64Url.DecodeFromChars(credentialId));
        return passkey is null ? null : (user, passkey);
    }

    // Another request may have removed it after it was found.
    static async Task<Results<Ok, ValidationProblem, NotFound>> DoneAsync(HttpContext context, UserPasskeyInfo passkey, Func<Task<IdentityResult>> change)
    {
        if (await context.UnlessOvertakenAsync<TUser>(change, others => others.IsGoneAsync(passkey)) is not { } changed) return TypedResults.NotFound();
        return changed.Succeeded ? TypedResults.Ok() : ValidationProblems.Of(changed);
    }

    static async Task<ValidationProblem?> RefuseAnotherAsync(UserManager<TUser> users, TUser user, HandstampIdentityOptions options) =>
        (await users.GetPasskeysAsync(user)).Count < options.MaxPasskeysPerUser
            ? null
            : ValidationProblems.Of("TooManyPasskeys", $"A user has at most {options.MaxPasskeysPerUser} passkeys. Remove one first.");

    static ValidationProblem Wrong() => ValidationProblems.Of("InvalidPasskey", "This is no answer to the challenge of this browser.");
}
