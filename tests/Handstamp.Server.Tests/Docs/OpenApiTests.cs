using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.Json.Serialization;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.Http;
using Handstamp.Server.OAuth;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Docs;

/// <summary>The OpenAPI document is written by hand. These tests compare it with the code.</summary>
public sealed class OpenApiTests
{
    // These are written without their own JSON contexts: the token answer, and formats that others have standardized.
    static readonly string[] ByHand =
    [
        "Tokens", "IntrospectionRequest", "JsonWebKeySet", "JsonWebKey", "Metadata", "Health", "Problem", "OAuthError",
        "Email", "Username", "NewPassword", "OwnTerms", "DeviceName", "RefreshToken", "Resource", "Id", "Time", "Ceremony",
        "AltchaChallenge", "SiteChallenge",
    ];

    static readonly JsonSerializerContext[] Contexts =
    [
        AccountsJson.Default, SecondFactorJson.Default, SignInJson.Default, SessionJson.Default, IntrospectJson.Default,
        ExternalLoginJson.Default, PasskeysJson.Default,
    ];

    static readonly JsonNode Document = JsonNode.Parse(Repository.Read("docs/reference/openapi.json"))!;

    static JsonObject Schemas => Document["components"]!["schemas"]!.AsObject();

    // No route answers with these if the route does not exist. The pages are not part of the API.
    public static TheoryData<string> CodesOfRoutes =>
        [.. Problems.All.Where(problem => problem != Problems.MethodNotAllowed && problem.MetBy != MetBy.Pages).Select(problem => problem.Code)];

    [Fact]
    public void Every_mapped_route_is_described_and_no_others()
    {
        Assert.Equal(MappedRoutes.All.Select(route => route.Name).Order(), Operations().Select(operation => operation.Name).Order());
    }

    [Fact]
    public void The_routes_that_need_an_access_token_say_so()
    {
        Assert.Equal(
            MappedRoutes.All.Where(route => route.NeedsCaller).Select(route => route.Name).Order(),
            Operations().Where(operation => operation.Node["security"]!.AsArray().Any(way => way!["accessToken"] is not null))
                .Select(operation => operation.Name).Order());
    }

    [Fact]
    public void Every_schema_is_a_wire_type_or_written_by_hand()
    {
        Assert.Equal(WireTypes().Select(type => type.Type.Name).Concat(ByHand).Order(), Schemas.Select(schema => schema.Key).Order());
    }

    [Fact]
    public void A_schema_has_the_members_of_its_type()
    {
        Assert.All(WireTypes(), type => Assert.Equal(
            type.Properties.Select(property => property.Name).Order(), Names(Schemas[type.Type.Name]!["properties"]!.AsObject())));
    }

    [Fact]
    public void The_schema_of_a_request_requires_what_its_type_requires_and_accepts_nothing_else()
    {
        Assert.All(WireTypes().Where(type => type.Type.Name.EndsWith("Request", StringComparison.Ordinal)), type =>
        {
            var schema = Schemas[type.Type.Name]!;
            Assert.Equal(
                type.Properties.Where(property => property.IsRequired).Select(property => property.Name).Order(),
                Texts(schema["required"]!).Order());
            Assert.False(schema["additionalProperties"]!.GetValue<bool>());
        });
    }

    [Theory, MemberData(nameof(CodesOfRoutes))]
    public void A_problem_is_an_answer_of_some_route(string code)
    {
        Assert.Contains(code, Answers().SelectMany(answer => CodesOf(answer.Response)));
    }

    [Fact]
    public void A_refusal_is_listed_under_its_status_with_its_title()
    {
        Assert.All(Answers().Where(answer => CodesOf(answer.Response).Length > 0), answer =>
        {
            var problems = CodesOf(answer.Response).Select(code => Problems.All.Single(problem => problem.Code == code)).ToList();
            Assert.All(problems, problem => Assert.Equal(answer.Status, problem.Status));
            Assert.Equal(
                string.Join(' ', problems.Select(problem => $"`{problem.Code}`: {problem.Title}")),
                answer.Response["description"]!.GetValue<string>());
        });
    }

    [Fact]
    public void The_OAuth_routes_refuse_in_the_form_of_OAuth_and_no_other_routes_do()
    {
        Assert.All(Operations(), operation => Assert.All(RefusalsOf(operation.Node), answer =>
            Assert.Equal(
                operation.Name.Split(' ')[1].StartsWith("/oauth/", StringComparison.Ordinal) ? "#/components/schemas/OAuthError" : "#/components/schemas/Problem",
                answer.Response["content"]!.AsObject().Single().Value!["schema"]!["$ref"]!.GetValue<string>())));
    }

    [Fact]
    public void An_OAuth_refusal_is_listed_under_its_status_with_its_title()
    {
        var answers = Answers().Where(answer => OAuthErrorsOf(answer.Response).Length > 0).ToList();
        Assert.NotEmpty(answers);
        Assert.All(answers, answer =>
        {
            var described = answer.Response["description"]!.GetValue<string>();
            var problem = Problems.All.Single(problem => described == $"`{problem.OAuthError}`: {problem.Title}");
            Assert.Equal((answer.Status, OAuthErrorsOf(answer.Response).Single()), (problem.Status, problem.OAuthError));
        });
        Assert.Equal(
            answers.SelectMany(answer => OAuthErrorsOf(answer.Response)).Distinct().Order(),
            Texts(Schemas["OAuthError"]!["properties"]!["error"]!["enum"]!).Order());
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        Assert.All(References(Document), path => Assert.NotNull(Resolve(path)));
    }

    /// <summary>The types of the JSON contexts that a client sees, and the types inside them.</summary>
    static IEnumerable<JsonTypeInfo> WireTypes() => Contexts
        .SelectMany(context => Declared(context).Select(type => context.GetTypeInfo(type)!))
        .Append(SecondFactorJson.Default.GetTypeInfo(typeof(FactorItem))!);

    static IEnumerable<Type> Declared(JsonSerializerContext context) => context.GetType()
        .GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
        .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!);

    static IEnumerable<(string Name, JsonNode Node)> Operations() =>
        from path in Document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value);

    static IEnumerable<(int Status, JsonNode Response)> Answers() =>
        from operation in Operations()
        from response in operation.Node["responses"]!.AsObject()
        select (int.Parse(response.Key, CultureInfo.InvariantCulture), Target(response.Value!));

    static IEnumerable<(int Status, JsonNode Response)> RefusalsOf(JsonNode operation) =>
        from response in operation["responses"]!.AsObject()
        let status = int.Parse(response.Key, CultureInfo.InvariantCulture)
        where status >= 400
        select (status, Target(response.Value!));

    static string[] OAuthErrorsOf(JsonNode response) =>
        response["content"]?["application/json"]?["schema"]?["properties"]?["error"]?["enum"] is { } errors ? Texts(errors) : [];

    static JsonNode Target(JsonNode node) => node["$ref"] is { } path ? Resolve(path.GetValue<string>())! : node;

    static string[] CodesOf(JsonNode response) =>
        response["content"]?["application/problem+json"]?["schema"]?["properties"]?["code"]?["enum"] is { } codes ? Texts(codes) : [];

    static JsonNode? Resolve(string path) =>
        path.Split('/').Skip(1).Aggregate((JsonNode?)Document, (node, name) => node?[name]);

    static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member =>
            member.Key == "$ref" ? [member.Value!.GetValue<string>()] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    static string[] Texts(JsonNode array) => [.. array.AsArray().Select(text => text!.GetValue<string>())];

    static IEnumerable<string> Names(JsonObject members) => members.Select(member => member.Key).Order();
}
