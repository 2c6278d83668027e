using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Handstamp.Client.Service;
using Handstamp.Client.Session;
using Handstamp.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handstamp.Client;

/// <summary>
/// Logs in to a Handstamp service and keeps the session alive. Create one for the whole program. All threads may use
/// it. It sends no request until it is used. Every failure is a <see cref="HandstampException"/>.
/// </summary>
public sealed partial class HandstampClient : IDisposable
{
    readonly HashSet<Origin> _trusted;
    readonly bool _keyBinding;
    readonly string? _resource;
    readonly bool? _remember;
    readonly TimeProvider _time;
    readonly ServiceClient _service;

    /// <summary>A client with these options. Throws if one of them is invalid.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "Disposed of with what takes it.")]
    public HandstampClient(HandstampClientOptions options, TimeProvider? time = null, ILogger<HandstampClient>? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (HandstampClientOptionsValidator.Failures(options).FirstOrDefault() is { } failure)
            throw new ArgumentException(failure, nameof(options));
        time ??= TimeProvider.System;
        var (address, timings, store) = (AddressOf(options.Url), options.Timings, new SessionStore(options.Store));
        var handler = Transport.Settled(options.BackchannelHttpHandler ?? Transport.Create());
        (_keyBinding, _resource, _time, Proofs) = (options.KeyBinding, options.Resource, time, new Proofs(time));
        _remember = options.Remember ? null : false;
        _trusted = [Origin.Of(address), .. options.Apis.Select(api => Origin.Of(new Uri(api)))];
        if (options.OnStepUp is { } ask) StepUp = new StepUp(ask);
        _service = new ServiceClient(new ProofHandler(Proofs, handler), address, timings.Request, time, options.OnSiteChallenge);
        log ??= NullLogger<HandstampClient>.Instance;
        // The platform may take a while to answer.
        if (options.Store is FileTokenStore file) _ = Task.Run(() => ClientLog.Protected(log, file.Protection));
        var announcer = new Announcer(change => SessionChanged?.Invoke(this, change), log);
        var refresh = new Refresh(_service, store, _resource, timings, time);
        Keeper = new SessionKeeper(refresh, store, _resource, timings, announcer, time, log);
    }

    /// <summary>
    /// Raised when the client learns who is logged in, and when that changes: here, or in a process that shares the
    /// store. It is raised on another thread, one change at a time.
    /// </summary>
    public event EventHandler<SessionChangedEventArgs>? SessionChanged;

    /// <summary>
    /// Creates an account with an e-mail address, or with a username, which has no @. Does not log in. If the service requires that
    /// addresses are verified first, it succeeds for every address, and there is an account only after <c>VerifyEmailAsync</c>. Where the service has terms of use,
    /// <paramref name="acceptedTerms"/> is the version that the person accepts; with another one it fails with
    /// <see cref="HandstampErrorCodes.TermsNotAccepted"/>.
    /// </summary>
    public Task RegisterAsync(string email, string password, string? acceptedTerms = null, CancellationToken cancel = default) =>
        _service.RegisterAsync(new Registration { Email = AddressIn(email), Username = UsernameIn(email), Password = password, Terms = acceptedTerms }, cancel);

    /// <summary>Accepts the version of the terms of use that is in force. <see cref="User.Terms"/> says whether that is due.</summary>
    public Task AcceptTermsAsync(string version, CancellationToken cancel = default) => DoAsUserAsync(
        HttpMethod.Post, "terms/accept", JsonSerializer.SerializeToUtf8Bytes(new AcceptedVersion(version), Wire.Default.AcceptedVersion), cancel);

    /// <summary>
    /// Creates the account of an invited person, with the token in the link of the invitation. Does not log in. A password that
    /// is refused leaves the token valid. Where the service has terms of use, <paramref name="acceptedTerms"/> is their version.
    /// </summary>
    public Task AcceptInvitationAsync(string token, string password, string? acceptedTerms = null, CancellationToken cancel = default) =>
        _service.AcceptInvitationAsync(new AcceptedInvitation { Token = token, Password = password, Terms = acceptedTerms }, cancel);

    /// <summary>
    /// Logs in by an e-mail address or a username. The list of devices shows this one as <paramref name="deviceName"/>. If the account has a second factor, this
    /// fails with <see cref="HandstampErrorCodes.MfaRequired"/>: continue with <see cref="HandstampException.SecondFactor"/>.
    /// </summary>
    public Task LoginAsync(string email, string password, string? deviceName = null, CancellationToken cancel = default)
    {
        var credentials = new Credentials
        {
            Email = AddressIn(email),
            Username = UsernameIn(email),
            Password = password,
            DeviceName = deviceName,
            Resource = _resource,
            Remember = _remember,
        };
        return BeginAsync(key => _service.LoginAsync(credentials, key, cancel), cancel);
    }

    /// <summary>
    /// Requests a mail with a code and a link for a login without a password. It succeeds for every address, whether it has an
    /// account or not. Fails with <see cref="HandstampErrorCodes.LoginByMailDisabled"/> if the service has no such login.
    /// </summary>
    public Task RequestLoginCodeAsync(string email, CancellationToken cancel = default) =>
        _service.RequestMailAsync("login/code/request", email, cancel);

    /// <summary>Logs in with the code of a mail. The list of devices shows this one as <paramref name="deviceName"/>.</summary>
    public Task LoginWithCodeAsync(string email, string code, string? deviceName = null, CancellationToken cancel = default)
    {
        var login = new MailLogin { Email = email, Code = code, DeviceName = deviceName, Resource = _resource, Remember = _remember };
        return BeginAsync(key => _service.LoginByMailAsync("login/code", login, key, cancel), cancel);
    }

    /// <summary>
    /// Logs in with the token in the link of a mail, on the device on which the link was opened. The list of devices shows
    /// this one as <paramref name="deviceName"/>.
    /// </summary>
    public Task LoginWithLinkAsync(string token, string? deviceName = null, CancellationToken cancel = default)
    {
        var login = new MailLogin { Token = token, DeviceName = deviceName, Resource = _resource, Remember = _remember };
        return BeginAsync(key => _service.LoginByMailAsync("login/link", login, key, cancel), cancel);
    }

    /// <summary>
    /// Goes on with a session of the system that the service has replaced: its refresh token is exchanged for a session here. Keep
    /// that token until this has succeeded. If this fails with <see cref="HandstampErrorCodes.FormerTokenInvalid"/>, the person has to
    /// log in. The list of devices shows this session as <paramref name="deviceName"/>.
    /// </summary>
    public Task LoginWithFormerTokenAsync(string refreshToken, string? deviceName = null, CancellationToken cancel = default)
    {
        var login = new FormerLogin { RefreshToken = refreshToken, DeviceName = deviceName, Resource = _resource, Remember = _remember };
        return BeginAsync(key => _service.LoginWithFormerTokenAsync(login, key, cancel), cancel);
    }

    static string? AddressIn(string name) => name.Contains('@', StringComparison.Ordinal) ? name : null;

    static string? UsernameIn(string name) => name.Contains('@', StringComparison.Ordinal) ? null : name;

    /// <summary>Begins the session that a route answers with. A second step needs the same key.</summary>
    async Task BeginAsync(Func<SigningKey?> makeKey, Func<SigningKey?, Task<TokenAnswer>> ask, CancellationToken cancel) => await Keeper.BeginAsync(async () =>
    {
        using var key = makeKey();
        try
        {
            return StoredSession.Of(await ask(key).ConfigureAwait(false), _resource, key, _time);
        }
        catch (HandstampException fault) when (fault.SecondFactor is { } due)
        {
            due.Key = key?.ExportPkcs8();
            throw;
        }
    }, cancel).ConfigureAwait(false);

    /// <summary>Ends this session. Fails if the service can't be reached. The session then stays alive.</summary>
    public Task LogoutAsync(CancellationToken cancel = default) =>
        Keeper.EndAsync(refreshToken => _service.LogoutAsync(refreshToken, cancel), cancel);

    /// <summary>Ends all of the account's sessions, on all devices.</summary>
    public async Task LogoutEverywhereAsync(CancellationToken cancel = default)
    {
        var sessionId = await DoAsUserAsync(HttpMethod.Post, "logout/all", null, cancel).ConfigureAwait(false);
        await Keeper.ForgetAsync(sessionId).ConfigureAwait(false);
    }

    /// <summary>
    /// Ends all of the account's sessions, on all devices, and continues with a new one. Once the request is sent it
    /// can't be cancelled. If no answer arrives, the password may have been changed. In that case this session ends
    /// too. Log in with the new password.
    /// </summary>
    public Task ChangePasswordAsync(string currentPassword, string newPassword, CancellationToken cancel = default)
    {
        var change = new PasswordChange { CurrentPassword = currentPassword, NewPassword = newPassword };
        async Task<StoredSession> ChangeAsync(HeldToken token) => StoredSession.Of(
            await _service.ChangePasswordAsync(change, token).ConfigureAwait(false), resource: null, token.Key, _time);
        // It waits for its turn: a refresh that is under way would not know of the new session.
        return AsUserAsync(token => Keeper.BeginAsync(() => ChangeAsync(token), cancel), cancel);
    }

    /// <summary>
    /// Requests a mail with a link for a new password. It succeeds for every address, whether it has an account or not.
    /// Fails with <see cref="HandstampErrorCodes.MailNotConfigured"/> if the service sends no mail.
    /// </summary>
    public Task RequestPasswordResetAsync(string email, CancellationToken cancel = default) =>
        _service.RequestPasswordResetAsync(email, cancel);

    /// <summary>
    /// Sets a new password with the token of a mail, and ends all of the account's sessions. Does not log in. A password
    /// that is refused leaves the token valid.
    /// </summary>
    public Task ResetPasswordAsync(string token, string newPassword, CancellationToken cancel = default) =>
        _service.ResetPasswordAsync(new PasswordReset { Token = token, NewPassword = newPassword }, cancel);

    /// <summary>
    /// Requests another mail with which an address is verified. It succeeds for every address, whether it has an account or
    /// not. Fails with <see cref="HandstampErrorCodes.MailNotConfigured"/> if the service sends no mail.
    /// </summary>
    public Task RequestEmailVerificationAsync(string email, CancellationToken cancel = default) =>
        _service.RequestMailAsync("email/resend", email, cancel);

    /// <summary>Verifies an address with the token in the link of its mail.</summary>
    public Task VerifyEmailAsync(string token, CancellationToken cancel = default) =>
        _service.ProveEmailAsync("email/verify", new EmailProof { Token = token }, cancel);

    /// <summary>Verifies an address with the code of its mail.</summary>
    public Task VerifyEmailWithCodeAsync(string email, string code, CancellationToken cancel = default) =>
        _service.ProveEmailAsync("email/verify", new EmailProof { Email = email, Code = code }, cancel);

    /// <summary>
    /// Requests a mail to a new address, with which it replaces that of the account. It also succeeds if another account has
    /// the address; then only its owner learns that. The person must have logged in recently.
    /// </summary>
    public Task RequestEmailChangeAsync(string newEmail, CancellationToken cancel = default) => DoAsUserAsync(
        HttpMethod.Post, "email/change", JsonSerializer.SerializeToUtf8Bytes(new NewEmail(newEmail), Wire.Default.NewEmail), cancel);

    /// <summary>Replaces the address, with the token in the link of the mail to the new one.</summary>
    public Task ConfirmEmailChangeAsync(string token, CancellationToken cancel = default) =>
        _service.ProveEmailAsync("email/change/confirm", new EmailProof { Token = token }, cancel);

    /// <summary>Replaces the address, with the code of the mail to the new one.</summary>
    public Task ConfirmEmailChangeWithCodeAsync(string newEmail, string code, CancellationToken cancel = default) =>
        _service.ProveEmailAsync("email/change/confirm", new EmailProof { Email = newEmail, Code = code }, cancel);

    /// <summary>
    /// Takes a change of address back, with the token of the mail to the former one. All of the account's sessions end, and
    /// it has no password until <see cref="ResetPasswordAsync"/>.
    /// </summary>
    public Task UndoEmailChangeAsync(string token, CancellationToken cancel = default) =>
        _service.ProveEmailAsync("email/change/undo", new EmailProof { Token = token }, cancel);

    /// <summary>The account that is logged in. Null if nobody is logged in.</summary>
    public async Task<User?> GetUserAsync(CancellationToken cancel = default)
    {
        try
        {
            return await ReadAsUserAsync("me", Wire.Default.User, cancel).ConfigureAwait(false);
        }
        catch (HandstampException fault) when (fault.Definitive)
        {
            if (await Keeper.CurrentOrNobodyAsync(lasting: false, cancel).ConfigureAwait(false) is null) return null;
            throw;
        }
    }

    /// <summary>
    /// A valid access token for other transports than <see cref="HttpClient"/>, such as a WebSocket or gRPC. Call it
    /// each time you need a token. Fails with <see cref="HandstampErrorCodes.SignedOut"/> if nobody is logged in. The
    /// token of a bound session is valid only with a proof, which <see cref="HandstampHandler"/> makes.
    /// </summary>
    public async Task<string> GetAccessTokenAsync(CancellationToken cancel = default) =>
        (await Keeper.CurrentAsync(cancel).ConfigureAwait(false)).AccessToken;

    /// <summary>The devices on which the account is logged in.</summary>
    public async Task<IReadOnlyList<Device>> ListDevicesAsync(CancellationToken cancel = default) =>
        (await ReadAsUserAsync("sessions", Wire.Default.DeviceList, cancel).ConfigureAwait(false)).Sessions;

    /// <summary>Names a device. Null removes the name.</summary>
    public Task RenameDeviceAsync(Guid id, string? name, CancellationToken cancel = default) => DoAsUserAsync(
        HttpMethod.Patch, $"sessions/{id}", JsonSerializer.SerializeToUtf8Bytes(new NewName(name), Wire.Default.NewName), cancel);

    /// <summary>Logs a device out.</summary>
    public async Task EndDeviceAsync(Guid id, CancellationToken cancel = default)
    {
        var own = await DoAsUserAsync(HttpMethod.Delete, $"sessions/{id}", null, cancel).ConfigureAwait(false);
        if (id == own) await Keeper.ForgetAsync(id).ConfigureAwait(false);
    }

    /// <summary>The passkeys of the account, the oldest first.</summary>
    public async Task<IReadOnlyList<Passkey>> ListPasskeysAsync(CancellationToken cancel = default) =>
        (await ReadAsUserAsync("passkeys", Wire.Default.PasskeyList, cancel).ConfigureAwait(false)).Passkeys;

    /// <summary>Names a passkey. Null removes the name.</summary>
    public Task RenamePasskeyAsync(Guid id, string? name, CancellationToken cancel = default) => DoAsUserAsync(
        HttpMethod.Patch, $"passkeys/{id}", JsonSerializer.SerializeToUtf8Bytes(new NewPasskeyName(name), Wire.Default.NewPasskeyName), cancel);

    /// <summary>
    /// Removes a passkey. Fails with <c>insufficient_user_authentication</c> if the login is not
    /// recent.
    /// </summary>
    public Task RemovePasskeyAsync(Guid id, CancellationToken cancel = default) =>
        DoAsUserAsync(HttpMethod.Delete, $"passkeys/{id}", null, cancel);

    /// <summary>
    /// An <see cref="HttpClient"/> whose requests carry the access token, as <see cref="HandstampHandler"/> describes.
    /// With dependency injection, use the one from <c>AddHandstampClient</c>.
    /// </summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "Disposed of with the HttpClient.")]
    public HttpClient CreateHttpClient() => new(new RedirectHandler(new HandstampHandler(this, Transport.CreateForApis())));

    /// <inheritdoc/>
    public void Dispose()
    {
        Keeper.Dispose();
        _service.Dispose();
    }

    internal SessionKeeper Keeper { get; }

    /// <summary>Null if the app does not ask the person.</summary>
    internal StepUp? StepUp { get; }

    internal Proofs Proofs { get; }

    internal bool Trusts(Uri? address) => address is { IsAbsoluteUri: true } && _trusted.Contains(Origin.Of(address));

    /// <summary>The same with a key of its own, if keys are bound.</summary>
    Task BeginAsync(Func<SigningKey?, Task<TokenAnswer>> login, CancellationToken cancel) =>
        BeginAsync(() => _keyBinding ? SigningKey.Create(JwsAlgorithm.Es256) : null, login, cancel);

    Task<T> ReadAsUserAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel) => AsUserAsync(
        token => _service.AskAsync(HttpMethod.Get, path, null, type, Sender.With(token), cancel), cancel);

    /// <summary>Returns the session in which the call was made.</summary>
    Task<Guid> DoAsUserAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancel) => AsUserAsync(
        async token =>
        {
            await _service.DoAsync(method, path, body, Sender.With(token), cancel).ConfigureAwait(false);
            return token.SessionId;
        }, cancel);

    /// <summary>Repeats the call once the person has authenticated again, if the service requires that.</summary>
    async Task<T> AsUserAsync<T>(Func<HeldToken, Task<T>> ask, CancellationToken cancel)
    {
        var before = StepUp?.Times ?? 0;
        try
        {
            return await WithTokenAsync(ask, cancel).ConfigureAwait(false);
        }
        catch (HandstampException fault) when (StepUp is not null && fault.Code is HandstampErrorCodes.InsufficientUserAuthentication)
        {
            await StepUp.AskAsync(StepUpDemand.OfService, before, cancel).ConfigureAwait(false);
            return await WithTokenAsync(ask, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Repeats the call if the service says that another token may be accepted.</summary>
    async Task<T> WithTokenAsync<T>(Func<HeldToken, Task<T>> ask, CancellationToken cancel)
    {
        var token = await Keeper.CurrentForServiceAsync(cancel).ConfigureAwait(false);
        try
        {
            return await ask(token).ConfigureAwait(false);
        }
        catch (HandstampException fault) when (TokenRefusals.Of(fault) is { } why)
        {
            if (await Keeper.AfterAsync(token, why, cancel).ConfigureAwait(false) is null) throw;
            return await ask(await Keeper.CurrentForServiceAsync(cancel).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    static Uri AddressOf(string url) => new(url.TrimEnd('/') + '/');
}
