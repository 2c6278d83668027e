using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Accounts;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>An account as one statement reads many of them, in one JSON text. A class and not a record: its text must not show the hash.</summary>
sealed class ListedAccount(Account account)
{
    public Guid Id => account.Id;
    public string? PasswordHash => account.PasswordHash;
    public string? Claims => account.Claims.ToJson();
    public string SecurityStamp => account.SecurityStamp;
    public long CreatedAt => account.CreatedAt.ToUnixTimeMilliseconds();
    public long? DisabledAt => account.DisabledAt?.ToUnixTimeMilliseconds();
    public string? TermsVersion => account.Terms?.Version;
    public long? TermsAcceptedAt => account.Terms?.At.ToUnixTimeMilliseconds();

    public static string ToJson(IReadOnlyList<Account> accounts) => JsonSerializer.Serialize(
        [.. accounts.Select(account => new ListedAccount(account))], ListedJson.Default.ListedAccountArray);
}

/// <summary>The same for the identifiers of the accounts.</summary>
sealed record ListedIdentifier(int Kind, string Canonical, string Value, Guid AccountId, long AddedAt, long? VerifiedAt)
{
    public static string ToJson(IReadOnlyList<Account> accounts) => JsonSerializer.Serialize(
        [.. accounts.SelectMany(account => account.Identifiers.Select(identifier => Of(identifier, account)))], ListedJson.Default.ListedIdentifierArray);

    static ListedIdentifier Of(Identifier identifier, Account account) => new(
        (int)identifier.Kind, identifier.Canonical, identifier.Value, account.Id, account.CreatedAt.ToUnixTimeMilliseconds(),
        identifier.VerifiedAt?.ToUnixTimeMilliseconds());
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListedAccount[]))]
[JsonSerializable(typeof(ListedIdentifier[]))]
sealed partial class ListedJson : JsonSerializerContext;
