using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Dpop;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.SignIn;

/// <summary>
/// Demands solutions, and takes each once: the database is reached only after the hash and the MAC were right.
/// <c>GET /challenge</c> gives challenges to programs that want to solve one before they are refused.
/// </summary>
sealed class ChallengeGate(
    AltchaChallenges challenges, SiteVerifier verifier, IProofStore used, AttackWatch attack, KnownDevices devices, DeviceCookie device, IOptions<ChallengeOptions> options)
    : IChallengeGate
{
    /// <summary>The header with the solution.</summary>
    public const string Header = "Altcha";

    /// <summary>The header with the response of a widget.</summary>
    public const string WidgetHeader = "Siteverify";

    SiteVerifyWidget? Widget => verifier.Widget;

    ChallengeMode Mode => options.Value.Mode;

    public bool IsDemanded(HttpContext context) =>
        Mode == ChallengeMode.Always || (Mode == ChallengeMode.Auto && attack.IsAttackFrom(context.Address()));

    public async ValueTask<Refusal?> RefuseAsync(HttpContext context, string canonical, string? solution = null)
    {
        if (!IsDemanded(context)) return null;
        if (Mode == ChallengeMode.Auto && devices.IsKnown(canonical, device.Read(context.Request))) return null;
        var given = solution ?? context.Request.Headers[Widget is null ? Header : WidgetHeader].ToString();
        if (!(await IsSolutionAsync(given, context.RequestAborted)).Has(out var isRight, out var refusal)) return refusal;
        if (isRight) return null;
        attack.Note(context.Address());
        return Demand();
    }

    public ValueTask<Refusal?> RefuseRequestAsync(HttpContext context, string canonical, string? solution = null)
    {
        attack.Note(context.Address());
        return RefuseAsync(context, canonical, solution);
    }

    /// <summary><c>GET /challenge</c></summary>
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (Mode == ChallengeMode.Off) return Problems.NotFound;
        context.Response.ContentType = "application/json";
        using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        WriteChallenge(json);
        await json.FlushAsync(context.RequestAborted);
        return null;
    }

    async ValueTask<OrRefusal<bool>> IsSolutionAsync(string text, CancellationToken cancel)
    {
        if (text.Length == 0) return false;
        if (Widget is not null) return await verifier.IsRightAsync(text, cancel);
        return challenges.Read(text) is { } solved && await used.TryUseAsync(solved.Fingerprint, solved.ExpiresAt);
    }

    Refusal Demand() => new(Problems.ChallengeRequired)
    {
        Members = json =>
        {
            json.WritePropertyName("challenge"u8);
            WriteChallenge(json);
        },
    };

    void WriteChallenge(Utf8JsonWriter json)
    {
        if (Widget is { } widget)
            JsonSerializer.Serialize(json, new(widget.Name, widget.SiteKey, SiteVerifyWidget.Action, widget.Script), AltchaJson.Default.SiteChallenge);
        else JsonSerializer.Serialize(json, challenges.Make(), AltchaJson.Default.AltchaChallenge);
    }
}
