using System.Text.Encodings.Web;
using Handstamp.Identity.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Handstamp.Identity.Emails;

/// <summary>Sends the link that confirms an address, through the app's own sender.</summary>
sealed class ConfirmationLinks<TUser>(
    IdentityApiOptions<TUser> options, IOptions<HandstampIdentityOptions> settings, LinkGenerator routes, IEmailSender<TUser> mails) where TUser : class
{
    string? _route;

    /// <summary>
    /// Names the route that the links lead to. Its whole pattern is known when the endpoint is built, and tells apart
    /// the routes of several groups. The name is that of MapIdentityApi, because generated clients name a method by it.
    /// </summary>
    public void LeadTo(EndpointBuilder endpoint)
    {
        _route = $"MapIdentityApi-{((RouteEndpointBuilder)endpoint).RoutePattern.RawText}";
        endpoint.Metadata.Add(new EndpointNameMetadata(_route));
    }

    public async Task SendAsync(HttpContext context, UserManager<TUser> users, TUser user, string email)
    {
        var code = await users.GenerateEmailConfirmationTokenAsync(user);
        await SendAsync(context, user, email, new() { ["userId"] = await users.GetUserIdAsync(user), ["code"] = EmailedCode.Encode(code) });
    }

    /// <summary>The link goes to the new address, and the old one holds until it is followed.</summary>
    public async Task SendChangeAsync(HttpContext context, UserManager<TUser> users, TUser user, string email)
    {
        var code = await users.GenerateChangeEmailTokenAsync(user, email);
        await SendAsync(context, user, email, new()
        {
            ["userId"] = await users.GetUserIdAsync(user),
            ["code"] = EmailedCode.Encode(code),
            ["changedEmail"] = email,
        });
    }

    Task SendAsync(HttpContext context, TUser user, string email, Dictionary<string, string> query) =>
        mails.SendConfirmationLinkAsync(user, email, HtmlEncoder.Default.Encode(LinkOf(context, query)));

    string LinkOf(HttpContext context, Dictionary<string, string> query)
    {
        if (options.ConfirmationPage is { } page) return new UriBuilder(page) { Query = new QueryBuilder(query).ToString() }.Uri.AbsoluteUri;
        // Anybody can ask for a mail to another person, and name any host in the request.
        var issuer = settings.Value.Issuer is { } address ? new Uri(address) : null;
        return routes.GetUriByName(
            context, _route!, new RouteValueDictionary(query.Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value))),
            issuer?.Scheme, issuer is null ? null : HostString.FromUriComponent(issuer))
            ?? throw new InvalidOperationException("The route that confirms an address is not mapped.");
    }
}
