using System.Net;
using System.Text;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Audit;

/// <summary>The kind of an actor. The numbers are stored.</summary>
enum ActorKind
{
    /// <summary>The service itself.</summary>
    System = 0,

    /// <summary>
    /// The account's owner, a caller who presents one of its tokens, or a caller who cannot be identified.
    /// </summary>
    Person = 1,

    /// <summary>A person who runs a command on the service's machine.</summary>
    Operator = 2,

    /// <summary>A program with a credential.</summary>
    Client = 3,
}

/// <summary>The actor.</summary>
/// <param name="Kind">The kind of the actor.</param>
/// <param name="Id">
/// An operator's user name, a client's id, or the account of a person who acts on another account; otherwise null.
/// </param>
readonly record struct Actor(ActorKind Kind, string? Id = null)
{
    public const int MaxId = 64;
}

/// <summary>The actor of a change, and where it came from.</summary>
readonly record struct Origin(Actor Actor, IPAddress? Address = null, string? UserAgent = null)
{
    const int MaxLanguages = 64;

    /// <summary>How many characters of a user agent are stored.</summary>
    public const int MaxUserAgent = 256;

    /// <summary>The languages that the person reads, as in <c>Accept-Language</c>. For messages; not stored with events.</summary>
    public string? Languages { get; init; }

    /// <summary>No person: the service does it by itself.</summary>
    public static readonly Origin System;

    /// <summary>A command, by the name of the user who runs it; with <c>sudo</c>, of the user who runs that.</summary>
    public static Origin Operator
    {
        get
        {
            var user = Environment.UserName;
            var name = Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } sudo ? $"{sudo} as {user}" : user;
            return new Origin(new Actor(ActorKind.Operator, name.Shortened(Actor.MaxId)));
        }
    }

    /// <summary>The sender of the request.</summary>
    public static Origin Of(HttpContext context)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        return new Origin(new Actor(ActorKind.Person), context.Address(), agent.Length == 0 ? null : agent)
        {
            Languages = context.Request.Headers.AcceptLanguage.ToString().Shortened(MaxLanguages),
        };
    }

    /// <summary>What the service does by itself because of this request.</summary>
    public Origin BySystem() => this with { Actor = default };

    /// <summary>An event with this actor.</summary>
    public Event Does(EventKind kind, DateTimeOffset at) => new()
    {
        Id = EventId.At(at),
        Kind = kind,
        At = at,
        By = this with { UserAgent = UserAgent?.Shortened(MaxUserAgent) },
    };

    /// <summary>The end of sessions by this actor.</summary>
    public SessionEnding Ends(EndReason reason, DateTimeOffset at) => new(reason, at, this);
}

static class Shortening
{
    /// <summary>
    /// The beginning of a text, in whole characters. Half of a surrogate pair would not be valid text, and PostgreSQL
    /// does not accept zero characters.
    /// </summary>
    public static string Shortened(this string text, int most)
    {
        var length = Math.Min(text.Length, most);
        if (length < text.Length && char.IsHighSurrogate(text[length - 1])) length--;
        text = length == text.Length ? text : text[..length];
        return text.Contains('\0', StringComparison.Ordinal) || !IsWhole(text) ? Mended(text) : text;
    }

    static bool IsWhole(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (rune == Rune.ReplacementChar) return false;
        return true;
    }

    static string Mended(string text) =>
        string.Concat(text.EnumerateRunes()).Replace('\0', '\uFFFD');
}
