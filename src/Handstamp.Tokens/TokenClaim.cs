using System.Diagnostics.CodeAnalysis;

namespace Handstamp.Tokens;

/// <summary>How a custom claim's value is written in JSON.</summary>
public enum TokenClaimKind
{
    /// <summary>A JSON string.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It is JSON's own word.")]
    String,

    /// <summary>A JSON number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>Any other JSON value: an object, a list, null.</summary>
    Json,
}

/// <summary>
/// A claim that RFC 9068 does not define. Several claims of one name are one list in the token, and a list of strings
/// is read as several claims.
/// </summary>
/// <param name="Name">The claim's name; see <see cref="AccessToken.IsReserved"/>.</param>
/// <param name="Value">The text of a string; otherwise the value as written in JSON.</param>
/// <param name="Kind">How the value is written.</param>
public readonly record struct TokenClaim(string Name, string Value, TokenClaimKind Kind);
