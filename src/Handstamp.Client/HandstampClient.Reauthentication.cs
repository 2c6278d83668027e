using System.Text.Json;
using Handstamp.Client.Service;

namespace Handstamp.Client;

public sealed partial class HandstampClient
{
    /// <summary>
    /// Authenticates the person who is logged in again. The session goes on, and its access tokens say so from now on. If the
    /// account has a second factor, this fails with <see cref="HandstampErrorCodes.MfaRequired"/>: pass
    /// <see cref="HandstampException.SecondFactor"/> to <see cref="CompleteReauthenticationAsync"/>.
    /// </summary>
    public Task ReauthenticateAsync(string password, CancellationToken cancel = default) => SendReauthenticationAsync(
        JsonSerializer.SerializeToUtf8Bytes(new GivenPassword { Password = password, Resource = _resource }, Wire.Default.GivenPassword), cancel);

    /// <summary>Completes a reauthentication that needs a second factor.</summary>
    /// <param name="due">What the first step has failed with: <see cref="HandstampException.SecondFactor"/>.</param>
    /// <param name="method">One of its methods: <c>totp</c> for an authenticator app, <c>recovery_code</c> for a recovery code.</param>
    /// <param name="code">The code that the person has entered.</param>
    /// <param name="cancel">Cancels the request.</param>
    public Task CompleteReauthenticationAsync(SecondFactorDue due, string method, string code, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(due);
        var factor = new GivenFactor { MfaToken = due.Token, Method = method, Code = code, Resource = _resource };
        return SendReauthenticationAsync(JsonSerializer.SerializeToUtf8Bytes(factor, Wire.Default.GivenFactor), cancel);
    }

    Task SendReauthenticationAsync(byte[] given, CancellationToken cancel) => AsUserAsync(
        token => Keeper.RenewAsync(() => _service.ReauthenticateAsync(given, token, cancel), cancel), cancel);
}
