using System.Text.Json;
using Handstamp.Client.Session;
using Handstamp.Tokens;

namespace Handstamp.Client.Service;

/// <summary>The service's routes that receive a secret.</summary>
static class Routes
{
    extension(ServiceClient service)
    {
        public Task RegisterAsync(Registration registration, CancellationToken cancel) => service.DoAsync(
            HttpMethod.Post, "register", JsonSerializer.SerializeToUtf8Bytes(registration, Wire.Default.Registration), default, cancel);

        public Task AcceptInvitationAsync(AcceptedInvitation invitation, CancellationToken cancel) => service.DoAsync(
            HttpMethod.Post, "invitations/accept", JsonSerializer.SerializeToUtf8Bytes(invitation, Wire.Default.AcceptedInvitation), default, cancel);

        /// <summary>If there is a key, the session is bound to it.</summary>
        public Task<TokenAnswer> LoginAsync(Credentials credentials, SigningKey? key, CancellationToken cancel) =>
            service.AskAsync(
                HttpMethod.Post, "login", JsonSerializer.SerializeToUtf8Bytes(credentials, Wire.Default.Credentials),
                Wire.Default.TokenAnswer, new Sender(key), cancel);

        /// <summary>If there is a key, it is that of the first step.</summary>
        public Task<TokenAnswer> CompleteLoginAsync(GivenFactor factor, SigningKey? key, CancellationToken cancel) =>
            service.AskAsync(
                HttpMethod.Post, "login/mfa", JsonSerializer.SerializeToUtf8Bytes(factor, Wire.Default.GivenFactor),
                Wire.Default.TokenAnswer, new Sender(key), cancel);

        /// <summary>If there is a key, it is that of the first step.</summary>
        public Task<TokenAnswer> KeepAccountAsync(KeptAccount kept, SigningKey? key, CancellationToken cancel) => service.AskAsync(
            HttpMethod.Post, "login/restore", JsonSerializer.SerializeToUtf8Bytes(kept, Wire.Default.KeptAccount), Wire.Default.TokenAnswer,
            new Sender(key), cancel);

        public Task<AuthenticatorEnrolment> BeginAuthenticatorAsync(ShownMfaToken token, CancellationToken cancel) => service.AskAsync(
            HttpMethod.Post, "login/mfa/totp", JsonSerializer.SerializeToUtf8Bytes(token, Wire.Default.ShownMfaToken),
            Wire.Default.AuthenticatorEnrolment, default, cancel);

        /// <summary>Cannot be cancelled: the answer matters to everyone who shares the store.</summary>
        public Task<TokenAnswer> RefreshAsync(string refreshToken, string? resource, SigningKey? key, TimeSpan timeout) =>
            service.AskAsync(
                HttpMethod.Post, "refresh", Shown(refreshToken, resource), Wire.Default.TokenAnswer,
                new Sender(key, timeout: timeout), CancellationToken.None);

        public Task<TokenAnswer> ChangePasswordAsync(PasswordChange change, HeldToken token) =>
            service.AskAsync(
                HttpMethod.Post, "password/change", JsonSerializer.SerializeToUtf8Bytes(change, Wire.Default.PasswordChange),
                Wire.Default.TokenAnswer, Sender.With(token), CancellationToken.None);

        public Task<AccessAnswer> ReauthenticateAsync(byte[] given, HeldToken token, CancellationToken cancel) => service.AskAsync(
            HttpMethod.Post, "reauthenticate", given, Wire.Default.AccessAnswer, Sender.With(token), cancel);

        public Task RequestPasswordResetAsync(string email, CancellationToken cancel) => service.DoAsync(
            HttpMethod.Post, "password/forgot", JsonSerializer.SerializeToUtf8Bytes(new Forgotten(email), Wire.Default.Forgotten), default, cancel);

        public Task ResetPasswordAsync(PasswordReset reset, CancellationToken cancel) => service.DoAsync(
            HttpMethod.Post, "password/reset", JsonSerializer.SerializeToUtf8Bytes(reset, Wire.Default.PasswordReset), default, cancel);

        public Task RequestMailAsync(string route, string email, CancellationToken cancel) => service.DoAsync(
            HttpMethod.Post, route, JsonSerializer.SerializeToUtf8Bytes(new Forgotten(email), Wire.Default.Forgotten), default, cancel);

        public Task ProveEmailAsync(string route, EmailProof proof, CancellationToken cancel) => service.DoAsync(
            HttpMethod.Post, route, JsonSerializer.SerializeToUtf8Bytes(proof, Wire.Default.EmailProof), default, cancel);

        /// <summary>If there is a key, the session is bound to it.</summary>
        public Task<TokenAnswer> LoginWithFormerTokenAsync(FormerLogin login, SigningKey? key, CancellationToken cancel) => service.AskAsync(
            HttpMethod.Post, "login/former", JsonSerializer.SerializeToUtf8Bytes(login, Wire.Default.FormerLogin), Wire.Default.TokenAnswer,
            new Sender(key), cancel);

        /// <summary>If there is a key, the session is bound to it.</summary>
        public Task<TokenAnswer> LoginByMailAsync(string route, MailLogin login, SigningKey? key, CancellationToken cancel) => service.AskAsync(
            HttpMethod.Post, route, JsonSerializer.SerializeToUtf8Bytes(login, Wire.Default.MailLogin), Wire.Default.TokenAnswer,
            new Sender(key), cancel);

        /// <summary>If there is a key, the session is bound to it.</summary>
        public Task<TokenAnswer> LoginExternallyAsync(ExternalAnswer answer, SigningKey? key, CancellationToken cancel) => service.AskAsync(
            HttpMethod.Post, "login/external", JsonSerializer.SerializeToUtf8Bytes(answer, Wire.Default.ExternalAnswer),
            Wire.Default.TokenAnswer, new Sender(key), cancel);

        public async Task LogoutAsync(string refreshToken, CancellationToken cancel)
        {
            try
            {
                await service.DoAsync(HttpMethod.Delete, "refresh", Shown(refreshToken), default, cancel).ConfigureAwait(false);
            }
            catch (HandstampException fault) when (fault.Definitive)
            {
                // A session that has already ended needs no logout.
            }
        }
    }

    static byte[] Shown(string refreshToken, string? resource = null) => JsonSerializer.SerializeToUtf8Bytes(
        new ShownToken { RefreshToken = refreshToken, Resource = resource }, Wire.Default.ShownToken);
}
