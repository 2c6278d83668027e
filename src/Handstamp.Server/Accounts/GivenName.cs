using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts;

/// <summary>The name in the body of a request: its member <c>email</c>, or its member <c>username</c>.</summary>
static class GivenName
{
    static readonly Refusal NeedsOne = new(Problems.InvalidRequest, "Send either the member 'email' or the member 'username'.");

    /// <summary>The one of the two that was sent, if it cannot be taken for the other.</summary>
    public static OrRefusal<Identifier> Read(string? email, string? username) => (email, username) switch
    {
        ({ } address, null) => Checked(Identifier.OfEmail(address)),
        (null, { } name) => Checked(Identifier.OfUsername(name)),
        _ => NeedsOne,
    };

    static OrRefusal<Identifier> Checked(Identifier name) =>
        Identifier.Of(name.Value).Kind == name.Kind ? name : new Refusal(Problems.InvalidRequest, name.Fault());
}
