using System.Text.Json;
using Handstamp.Tokens;

namespace Handstamp.Client.Service;

/// <summary>The service's routes that take a secret.</summary>
static class Routes
{
    extension(ServiceClient service)
    {
        public Task RegisterAsync(Credentials credentials, CancellationToken cancel) => service.DoAsync(
            HttpMethod.Post, "register", JsonSerializer.SerializeToUtf8Bytes(credentials, Wire.Default.Credentials), cancel);

        /// <summary>With a key, the session will be bound to it.</summary>
        public Task<TokenAnswer> LoginAsync(Credentials credentials, SigningKey? key, CancellationToken cancel) =>
            service.AskAsync(
                HttpMethod.Post, "login", JsonSerializer.SerializeToUtf8Bytes(credentials, Wire.Default.Credentials),
                Wire.Default.TokenAnswer, cancel, key);

        /// <summary>Nobody can cancel it: its answer counts for all who share the store.</summary>
        public Task<TokenAnswer> RefreshAsync(string refreshToken, SigningKey? key) => service.AskAsync(
            HttpMethod.Post, "refresh", Shown(refreshToken), Wire.Default.TokenAnswer, CancellationToken.None, key);

        public async Task LogoutAsync(string refreshToken, CancellationToken cancel)
        {
            try
            {
                await service.DoAsync(HttpMethod.Delete, "refresh", Shown(refreshToken), cancel).ConfigureAwait(false);
            }
            catch (HandstampException fault) when (fault.Definitive)
            {
                // What has ended already needs no logout.
            }
        }
    }

    static byte[] Shown(string refreshToken) =>
        JsonSerializer.SerializeToUtf8Bytes(new ShownToken { RefreshToken = refreshToken }, Wire.Default.ShownToken);
}
