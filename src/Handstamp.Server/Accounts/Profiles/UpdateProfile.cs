using System.Text.Encodings.Web;
using System.Text.Json;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts.Profiles;

/// <summary>
/// The body of <c>PATCH /me</c>. A member that is missing leaves its value as it is; null removes it. The setters remember which
/// were given.
/// </summary>
sealed class UpdateProfileRequest
{
    static readonly JsonWriterOptions Shortest = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly List<Func<Profile, Profile>> _changes = [];

    public string? Name
    {
        get;
        set { field = value; _changes.Add(profile => profile with { Name = value }); }
    }

    public string? Picture
    {
        get;
        set { field = value; _changes.Add(profile => profile with { Picture = value }); }
    }

    public string? Locale
    {
        get;
        set { field = value; _changes.Add(profile => profile with { Locale = value }); }
    }

    /// <summary>It is replaced as a whole.</summary>
    public JsonElement? Data
    {
        get;
        set
        {
            field = value;
            var json = value is { } given ? Written(given) : null;
            _changes.Add(profile => profile with { Data = json });
        }
    }

    public Profile ApplyTo(Profile profile) => _changes.Aggregate(profile, (changed, change) => change(changed));

    static string Written(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object) throw new JsonException();
        using var utf8 = new MemoryStream();
        using (var json = new Utf8JsonWriter(utf8, Shortest)) data.WriteTo(json);
        return System.Text.Encoding.UTF8.GetString(utf8.GetBuffer().AsSpan(0, (int)utf8.Length));
    }
}

/// <summary><c>PATCH /me</c>: the person's own profile. The answer is that of <c>GET /me</c>.</summary>
sealed class UpdateProfile(ProfileOperations profiles, ShowAccount show)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(AccountsJson.Default.UpdateProfileRequest)).Has(out var request, out var refusal)) return refusal;
        var caller = context.Caller();
        var changed = await profiles.ChangeAsync(
            caller.AccountId, caller.SessionId, request.ApplyTo, Origin.Of(context), context.RequestAborted);
        return changed.Has(out var profile, out refusal) ? await show.WriteAsync(context, profile) : refusal;
    }
}
