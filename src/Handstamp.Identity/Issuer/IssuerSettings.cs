using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Handstamp.Identity.Issuer;

/// <summary>The settings of the app as those of the parts of the service.</summary>
sealed class IssuerSettings(IOptions<HandstampIdentityOptions> settings, IConfiguration configuration, IHostEnvironment environment) :
    IConfigureOptions<HandstampOptions>, IConfigureOptions<SessionOptions>, IConfigureOptions<KeyOptions>, IConfigureOptions<StorageOptions>
{
    const string MasterKeyVariable = "HANDSTAMP_MASTER_KEY";
    const string Urls = "urls";

    readonly HandstampIdentityOptions _app = settings.Value;

    public void Configure(HandstampOptions options)
    {
        options.Issuer = _app.Issuer ?? configuration[Urls]?.Split(';')[0].TrimEnd('/') ?? "";
        // The validator refuses the issuer among the audiences: it is always the last of them.
        if (_app.Audience != options.Issuer) options.Audience = _app.Audience;
    }

    public void Configure(SessionOptions options)
    {
        options.AccessTokenLifetime = _app.AccessTokenLifetime;
        options.IdleLifetime = _app.IdleLifetime;
        options.AbsoluteLifetime = _app.AbsoluteLifetime;
        options.RetryWindow = _app.RetryWindow;
        options.MaxPerAccount = _app.MaxSessionsPerUser;
        options.ReuseContinues = _app.WhenUsedAgain == UsedAgain.Allow;
    }

    public void Configure(KeyOptions options) => options.MasterKey = _app.MasterKey ?? configuration[MasterKeyVariable];

    public void Configure(StorageOptions options) =>
        options.DataDirectory = Path.Combine(environment.ContentRootPath, _app.DataDirectory);
}
