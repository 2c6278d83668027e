using System.Net;
using System.Text.Json;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>An answer of the app, read whole.</summary>
sealed record Answer(HttpStatusCode Status, string? ContentType, string Body, IReadOnlyList<string> Cookies, string? Challenge, TimeSpan? RetryAfter)
{
    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        response.Content.Headers.ContentType?.ToString(),
        await response.Content.ReadAsStringAsync(),
        response.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [],
        response.Headers.WwwAuthenticate.Count == 0 ? null : response.Headers.WwwAuthenticate.ToString(),
        response.Headers.RetryAfter?.Delta);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Text(string member) => Json.GetProperty(member).GetString();

    public bool Is(string member) => Json.GetProperty(member).GetBoolean();

    public IEnumerable<string> Members => Json.EnumerateObject().Select(member => member.Name);

    public Answer IsOk() => Has(HttpStatusCode.OK);

    /// <summary>Nothing was decided: the client keeps its token, and comes back.</summary>
    public void IsLater(HttpStatusCode status, string code)
    {
        IsProblem(status, ["detail", "status", "title", "type"]);
        Assert.Equal(code, Text("detail"));
        Assert.InRange(RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    public void IsEmptyOk() => IsEmpty(HttpStatusCode.OK);

    public void IsUnauthorized() => IsEmpty(HttpStatusCode.Unauthorized);

    public void IsBadRequest() => IsEmpty(HttpStatusCode.BadRequest);

    public void IsEmpty(HttpStatusCode status)
    {
        Has(status);
        Assert.Equal("", Body);
    }

    /// <summary>The refusal of a login says why in its detail.</summary>
    public void IsRefused(string detail)
    {
        IsProblem(HttpStatusCode.Unauthorized, ["detail", "status", "title", "type"]);
        Assert.Equal(detail, Text("detail"));
        Assert.Equal("Unauthorized", Text("title"));
    }

    /// <summary>A validation problem with these codes and no others.</summary>
    public Answer IsInvalid(params string[] codes)
    {
        IsProblem(HttpStatusCode.BadRequest, ["errors", "status", "title", "type"]);
        Assert.Equal("One or more validation errors occurred.", Text("title"));
        Assert.Equal(codes.Order(), Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
        Assert.All(Json.GetProperty("errors").EnumerateObject(), error => Assert.NotEmpty(error.Value.EnumerateArray()));
        return this;
    }

    void IsProblem(HttpStatusCode status, string[] members)
    {
        Has(status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(members, Members.Order());
        Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
    }

    Answer Has(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{(int)Status} instead of {(int)status}: {Body}");
        return this;
    }
}

/// <summary>What a login and a refresh bring.</summary>
sealed record Tokens(string AccessToken, string RefreshToken, long ExpiresIn)
{
    public static Tokens Of(Answer answer)
    {
        answer.IsOk();
        Assert.Equal("application/json; charset=utf-8", answer.ContentType);
        Assert.Equal(["tokenType", "accessToken", "expiresIn", "refreshToken"], answer.Members);
        Assert.Equal("Bearer", answer.Text("tokenType"));
        return new(answer.Text("accessToken")!, answer.Text("refreshToken")!, answer.Json.GetProperty("expiresIn").GetInt64());
    }
}
