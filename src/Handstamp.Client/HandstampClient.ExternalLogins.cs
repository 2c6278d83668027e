using System.Text.Json;
using Handstamp.Client.Service;

namespace Handstamp.Client;

public sealed partial class HandstampClient
{
    /// <summary>Begins a login at another service. The person continues there.</summary>
    /// <param name="provider">The operator's name for the provider, such as <c>google</c>.</param>
    /// <param name="redirectUri">
    /// Where the provider sends the browser back, as the service's settings list it. Null if the provider's own library asks the person.
    /// </param>
    /// <param name="acceptedTerms">
    /// The version of the terms of use that the person accepts, if the service has terms and the login adds an account.
    /// </param>
    /// <param name="cancel">Cancels the request.</param>
    public Task<ExternalVisit> StartExternalLoginAsync(
        string provider, Uri? redirectUri = null, string? acceptedTerms = null, CancellationToken cancel = default) =>
        _service.AskAsync(
            HttpMethod.Post, "login/external/start", BodyOf(provider, redirectUri, acceptedTerms), Wire.Default.ExternalVisit, default, cancel);

    /// <summary>
    /// Logs in with the address to which the provider has sent the browser, including its query. The list of devices shows this one as
    /// <paramref name="deviceName"/>.
    /// </summary>
    public Task CompleteExternalLoginAsync(ExternalVisit visit, Uri callback, string? deviceName = null, CancellationToken cancel = default) =>
        LoginAsync(AnswerOf(visit, callback), deviceName, cancel);

    /// <summary>Logs in with the ID token that the provider's own library has returned.</summary>
    public Task CompleteExternalLoginByIdTokenAsync(ExternalVisit visit, string idToken, string? deviceName = null, CancellationToken cancel = default) =>
        LoginAsync(AnswerOf(visit, idToken), deviceName, cancel);

    /// <summary>
    /// Begins to add a provider to the account that is logged in, as <see cref="StartExternalLoginAsync"/>. It needs a recent login.
    /// </summary>
    public Task<ExternalVisit> StartExternalLinkAsync(string provider, Uri? redirectUri = null, CancellationToken cancel = default) =>
        PostAsUserAsync("external-logins/start", BodyOf(provider, redirectUri), Wire.Default.ExternalVisit, cancel);

    /// <summary>Adds the provider, with the address to which it has sent the browser.</summary>
    public Task<ExternalLogin> CompleteExternalLinkAsync(ExternalVisit visit, Uri callback, CancellationToken cancel = default) =>
        LinkAsync(AnswerOf(visit, callback), cancel);

    /// <summary>Adds the provider, with the ID token that its own library has returned.</summary>
    public Task<ExternalLogin> CompleteExternalLinkByIdTokenAsync(ExternalVisit visit, string idToken, CancellationToken cancel = default) =>
        LinkAsync(AnswerOf(visit, idToken), cancel);

    /// <summary>The providers by which the account can be logged in to, the oldest first.</summary>
    public async Task<IReadOnlyList<ExternalLogin>> ListExternalLoginsAsync(CancellationToken cancel = default) =>
        (await ReadAsUserAsync("external-logins", Wire.Default.ExternalLoginList, cancel).ConfigureAwait(false)).ExternalLogins;

    /// <summary>
    /// Removes one. It needs a recent login. Fails with <see cref="HandstampErrorCodes.LastLoginMethod"/> if it is the last way to log in.
    /// </summary>
    public Task RemoveExternalLoginAsync(Guid id, CancellationToken cancel = default) =>
        DoAsUserAsync(HttpMethod.Delete, $"external-logins/{id}", null, cancel);

    Task LoginAsync(ExternalAnswer answer, string? deviceName, CancellationToken cancel)
    {
        (answer.DeviceName, answer.Resource, answer.Remember) = (deviceName, _resource, _remember);
        return BeginAsync(key => _service.LoginExternallyAsync(answer, key, cancel), cancel);
    }

    Task<ExternalLogin> LinkAsync(ExternalAnswer answer, CancellationToken cancel) => PostAsUserAsync(
        "external-logins", JsonSerializer.SerializeToUtf8Bytes(answer, Wire.Default.ExternalAnswer), Wire.Default.ExternalLogin, cancel);

    static byte[] BodyOf(string provider, Uri? redirectUri, string? acceptedTerms = null) => JsonSerializer.SerializeToUtf8Bytes(
        new ExternalStart(provider, redirectUri?.OriginalString, acceptedTerms), Wire.Default.ExternalStart);

    static ExternalAnswer AnswerOf(ExternalVisit visit, Uri callback)
    {
        ArgumentNullException.ThrowIfNull(visit);
        ArgumentNullException.ThrowIfNull(callback);
        return new ExternalAnswer { Ceremony = visit.Ceremony, CallbackUrl = callback.OriginalString };
    }

    static ExternalAnswer AnswerOf(ExternalVisit visit, string idToken)
    {
        ArgumentNullException.ThrowIfNull(visit);
        ArgumentNullException.ThrowIfNull(idToken);
        return new ExternalAnswer { Ceremony = visit.Ceremony, IdToken = idToken };
    }
}
