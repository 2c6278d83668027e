using System.Buffers.Text;
using System.Text;
using Handstamp.Tokens;

namespace Handstamp.Proof.Fuzz;

/// <summary>
/// Refresh tokens. A text in a token's form is its only spelling. It is authentic only if the key makes exactly the
/// same token again.
/// </summary>
sealed class RefreshTokenTarget : FuzzTarget
{
    const int Authenticated = 22;

    static readonly MacKey Key = new(7, new byte[MacKey.SecretSize]);

    public override string Name => "refresh token";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Make(Guid.Empty, 1), Make(new Guid("0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e"), 2), Make(Guid.AllBitsSet, int.MaxValue),
    ];

    // The fields are changed and get the right MAC: another version, key, session, generation, length.
    public override byte[]? Rebuild(byte[] input, Random random)
    {
        var text = Encoding.UTF8.GetString(input);
        if (!text.StartsWith(RefreshToken.Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(4))) return null;
        var bytes = Base64Url.DecodeFromChars(text.AsSpan(4));
        var fields = Mutation.Change(bytes[..Math.Min(Authenticated, bytes.Length)], bytes, random);
        var mac = new byte[32];
        Key.Authenticate(fields, mac);
        return Encoding.ASCII.GetBytes(RefreshToken.Prefix + Base64Url.EncodeToString([.. fields, .. mac]));
    }

    public override ValueTask<string> TryAsync(byte[] input) => ValueTask.FromResult(Judge(input));

    static string Judge(byte[] input)
    {
        var (text, accepted) = (Encoding.UTF8.GetString(input), RefreshToken.TryParse(input, out var token));
        Demand(RefreshToken.TryParse(text, out var ofText) == accepted && ofText == token, "bytes and text are read alike");
        if (!accepted) return $"no token, {Math.Min(input.Length, 100)} long";

        Demand(token.Encode() == text, "what is accepted has one spelling");
        var authentic = AuthenticToken.TryParse(text, id => id == Key.Id ? Key : null, out var read, out var fault);
        Demand(fault != RefreshTokenFault.Malformed, "what has the form is judged by its key");
        Demand(read is null || (read.SessionId, read.Generation) == (token.SessionId, token.Generation), "the key changes nothing about it");
        Demand(authentic == (RefreshToken.Create(Key, token.SessionId, token.Generation) == token), "what is authentic was made by the key");
        return authentic ? "authentic" : fault == RefreshTokenFault.Forged ? "forged" : "another key";
    }

    static byte[] Make(Guid session, int generation) => Encoding.ASCII.GetBytes(RefreshToken.Create(Key, session, generation).Encode());
}
