using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Handstamp.Server.Accounts;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Docs;

/// <summary>The password rules are listed with their names wherever programs and people look them up.</summary>
public sealed class PasswordRulesTests
{
    [Fact]
    public void The_OpenAPI_document_lists_every_rule() => Assert.Equal(
        PasswordRules.All,
        JsonNode.Parse(Repository.Read("docs/reference/openapi.json"))!["components"]!["schemas"]!["Problem"]!["properties"]!["rule"]!["enum"]!
            .AsArray().Select(rule => rule!.GetValue<string>()));

    [Fact]
    public void The_error_page_explains_every_rule() => Assert.Equal(
        PasswordRules.All,
        Regex.Matches(Repository.Read("docs/errors/password_too_weak.md"), @"(?m)^\| `(\w+)` \|").Skip(1).Select(row => row.Groups[1].Value));
}
