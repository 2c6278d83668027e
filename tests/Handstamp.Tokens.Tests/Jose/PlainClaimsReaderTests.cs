using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Handstamp.Tokens.Jose;
using Xunit;

namespace Handstamp.Tokens.Tests.Jose;

public sealed class PlainClaimsReaderTests
{
    static readonly Gen<string> Names = Gen.OneOf(
        "iss", "aud", "sub", "client_id", "jti", "iat", "exp", "nbf", "sid", "scope", "roles", "amr", "acr", "auth_time", "cnf",
        "tenant", "plan", "", "ISS", "is\\u0073", "t\\u0065nant", "\\ud800", "käse");

    static readonly Gen<string> Values = Gen.OneOf(
        Gen.OneOf(
            "\"\"", "\"text\"", "\"a b\"", "\"\\u0041\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"käse\"", "\"a\u0001b\"",
            "\"0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e\"", "\"0195510A-7C1E-7A4B-9D5E-3F2A1B0C9D8E\"",
            "\"0195510a7c1e7a4b9d5e3f2a1b0c9d8e\"", "\"{0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e}\""),
        Gen.OneOf(
            "0", "-0", "-1", "1", "1.0", "1e3", "01", "1772366400", "253402300799", "253402300800", "9223372036854775808",
            "true", "false", "null", "tru", "NaN"),
        Gen.OneOf(
            "[]", "[\"a\"]", "[\"a\",\"b\"]", "[\"\"]", "[\"a\",1]", "[[\"a\"]]", "[\"a\"", "[\"a\",]", "{}", "{\"jkt\":\"t\"}",
            "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":[{}]}}", "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]"));

    static readonly Gen<string> Spaces = Gen.OneOf("", "", "", " ", "\n", "\t ", "/**/");

    // The ordinary claims, of which some are left out, changed or repeated.
    static readonly Gen<string> Objects = Gen.Select(
        Gen.Shuffle(Ordinary()),
        Gen.Int[0, 2], Gen.Select(Names, Values, (name, value) => $"\"{name}\":{value}").List[0, 4], Spaces,
        Gen.OneOf("", "", "", "", "}", ",", "{}", "\uFEFF", "//"),
        (ordinary, left, more, space, end) =>
        {
            var given = more.Select(member => member.Split(':')[0]).ToHashSet();
            // Half of the changed claims replace the ordinary ones; the others appear in addition.
            var kept = ordinary.Skip(left).Where((member, i) => i % 2 == 0 || !given.Contains(member.Split(':')[0]));
            return $"{space}{{{space}{string.Join($"{space},", kept.Concat(more))}}}{space}{end}";
        });

    static string[] Ordinary()
    {
        var claims = JsonNode.Parse(Written(Given.Token))!.AsObject();
        return [.. claims.Select(claim => $"\"{claim.Key}\":{claim.Value!.ToJsonString()}")];
    }

    [Fact]
    public void The_strict_reader_reads_the_same_as_the_plain_reader()
    {
        var read = 0;
        Objects.Sample(json => read += IsReadAsStrictly(Encoding.UTF8.GetBytes(json)) ? 1 : 0, iter: 20_000, threads: 1);

        Assert.InRange(read, 500, 20_000);
    }

    [Fact]
    public void The_strict_reader_reads_the_same_from_damaged_claims()
    {
        var whole = Encoding.UTF8.GetBytes(Written(Given.Token));
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, 2]).Sample(
            (at, value, kind) =>
            {
                IsReadAsStrictly(kind switch
                {
                    0 => [.. whole[..at], value, .. whole[(at + 1)..]],
                    1 => [.. whole[..at], value, .. whole[at..]],
                    _ => [.. whole[..at], .. whole[(at + 1)..]],
                });
            }, iter: 20_000, threads: 1);
    }

    [Fact]
    public void A_token_of_the_service_is_read_in_one_pass()
    {
        AssertIsRead(Given.Token);
        AssertIsRead(Given.Token with { SessionId = null, Scope = null, Roles = [], AuthenticationMethods = [], AuthenticationContext = null, AuthenticatedAt = null });
        AssertIsRead(Given.Token with { Audience = ["one", "two"], Issuer = "https://käse.example" });
        AssertIsRead(Given.Token with
        {
            Others = [new("tenant", "7", TokenClaimKind.String), new("trial", "true", TokenClaimKind.Boolean), new("rate", "1.50", TokenClaimKind.Number)],
        });

        static void AssertIsRead(AccessToken token) => Assert.True(IsReadAsStrictly(Encoding.UTF8.GetBytes(Written(token))));
    }

    [Fact]
    public void An_empty_audience_is_left_to_the_strict_reader()
    {
        var claims = Written(Given.Token);

        Assert.False(IsReadAsStrictly(Encoding.UTF8.GetBytes($$"""{"aud":"",{{claims[1..]}}""")));
    }

    [Fact]
    public void Many_custom_claims_are_left_to_the_strict_reader()
    {
        var token = Given.Token with { Others = [.. Enumerable.Range(0, 5000).Select(i => new TokenClaim($"{i}", "", TokenClaimKind.String))] };

        Assert.False(IsReadAsStrictly(Encoding.UTF8.GetBytes(Written(token))));
    }

    [Fact]
    public void The_issuer_and_the_audience_of_the_rules_are_not_copied()
    {
        var token = PlainClaimsReader.Read(Encoding.UTF8.GetBytes(Written(Given.Token)), Given.Rules, out _);

        Assert.Same(Given.Rules.Issuer, token!.Issuer);
        Assert.Same(Given.Rules.Audiences[0], token.Audience[0]);
    }

    static string Written(AccessToken token)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            AccessTokenWriter.Write(writer, token);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    static bool IsReadAsStrictly(byte[] utf8)
    {
        if (PlainClaimsReader.Read(utf8, Given.Rules, out var notBefore) is not { } token) return false;

        using var document = StrictJson.ParseObject(utf8);
        Assert.NotNull(document);
        var claims = new MemberReader(document.RootElement);
        var strict = AccessTokenReader.Read(claims);
        var strictNotBefore = claims.Time("nbf");
        Assert.Null(claims.Fault);
        Assert.Equal(strictNotBefore, notBefore);
        Assert.Equivalent(strict, token, strict: true);
        return true;
    }
}
