using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Handstamp.Client.Service;
using Handstamp.Tokens;

namespace Handstamp.Client;

public sealed partial class HandstampClient
{
    /// <summary>
    /// Completes a login that needs a second factor. After a wrong code (<see cref="HandstampErrorCodes.MfaCodeInvalid"/>), call it
    /// again with another one. After <see cref="HandstampErrorCodes.MfaTokenInvalid"/>, log in again from the beginning.
    /// </summary>
    /// <param name="due">What the login has failed with: <see cref="HandstampException.SecondFactor"/>.</param>
    /// <param name="method">One of its methods: <c>totp</c> for an authenticator app, <c>recovery_code</c> for a recovery code.</param>
    /// <param name="code">The code that the person has entered.</param>
    /// <param name="cancel">Cancels the request.</param>
    public Task CompleteLoginAsync(SecondFactorDue due, string method, string code, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(due);
        var factor = new GivenFactor { MfaToken = due.Token, Method = method, Code = code, Resource = _resource };
        return BeginAsync(
            () => due.Key is null ? null : SigningKey.ImportPkcs8(JwsAlgorithm.Es256, due.Key),
            key => _service.CompleteLoginAsync(factor, key, cancel), cancel);
    }

    /// <summary>
    /// A secret for an authenticator app, for a login that has failed with <see cref="HandstampErrorCodes.SecondFactorRequired"/>.
    /// Its first code, given to <see cref="CompleteLoginAsync"/>, completes the login.
    /// </summary>
    public Task<AuthenticatorEnrolment> BeginAuthenticatorAsync(SecondFactorDue due, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(due);
        return _service.BeginAuthenticatorAsync(new ShownMfaToken { MfaToken = due.Token }, cancel);
    }

    /// <summary>
    /// A secret for an authenticator app. The app becomes a second factor with <see cref="ConfirmAuthenticatorAsync"/>. As all
    /// changes of factors, it needs a recent login.
    /// </summary>
    public Task<AuthenticatorEnrolment> BeginAuthenticatorAsync(CancellationToken cancel = default) =>
        PostAsUserAsync("mfa/totp", [], Wire.Default.AuthenticatorEnrolment, cancel);

    /// <summary>
    /// Confirms the authenticator app with a code that it shows. Returns recovery codes for the account's first app, and null
    /// otherwise. Show them to the person: the service does not show them again.
    /// </summary>
    public async Task<IReadOnlyList<string>?> ConfirmAuthenticatorAsync(string code, string? name = null, CancellationToken cancel = default)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new FirstCode { Code = code, Name = name }, Wire.Default.FirstCode);
        return (await PostAsUserAsync("mfa/totp/confirm", body, Wire.Default.ConfirmedAuthenticator, cancel).ConfigureAwait(false)).RecoveryCodes;
    }

    /// <summary>The account's second factors.</summary>
    public Task<SecondFactors> ListSecondFactorsAsync(CancellationToken cancel = default) =>
        ReadAsUserAsync("mfa", Wire.Default.SecondFactors, cancel);

    /// <summary>Removes an authenticator app. With the last one, the recovery codes are removed too.</summary>
    public Task RemoveSecondFactorAsync(Guid id, CancellationToken cancel = default) =>
        DoAsUserAsync(HttpMethod.Delete, $"mfa/{id}", null, cancel);

    /// <summary>Replaces all recovery codes, and returns the new ones. The service does not show them again.</summary>
    public async Task<IReadOnlyList<string>> RenewRecoveryCodesAsync(CancellationToken cancel = default) =>
        (await PostAsUserAsync("mfa/recovery-codes", [], Wire.Default.RecoveryCodeList, cancel).ConfigureAwait(false)).RecoveryCodes;

    Task<T> PostAsUserAsync<T>(string path, byte[] body, JsonTypeInfo<T> type, CancellationToken cancel) =>
        AsUserAsync(token => _service.AskAsync(HttpMethod.Post, path, body, type, Sender.With(token), cancel), cancel);
}
