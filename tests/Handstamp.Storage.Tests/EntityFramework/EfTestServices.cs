using System.Security.Claims;
using Handstamp.Identity.Users;
using Handstamp.Server.Accounts;
using Handstamp.Storage.EntityFramework;
using Handstamp.Storage.EntityFramework.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>The stores of an app whose users have ids of this type.</summary>
static class EfTestServices
{
    public static void AddEfTestStores<TKey>(this IServiceCollection services) where TKey : IEquatable<TKey>
    {
        services.AddSingleton(TimeProvider.System);
        services.AddIdentityCore<IdentityUser<TKey>>().AddRoles<IdentityRole<TKey>>().AddEntityFrameworkStores<UsersContext<TKey>>();
        services.Replace(ServiceDescriptor.Scoped<IUserClaimsPrincipalFactory<IdentityUser<TKey>>, BareClaims<TKey>>());
        services.AddEfStores(typeof(UsersContext<TKey>));
        services.AddSingleton<ISessionUsers, IdentityUsers<IdentityUser<TKey>>>();
        services.AddSingleton<IAccountStore, IdentityAccounts<TKey>>();
    }

    public static string Table(string name) => name switch
    {
        "sessions" => "\"HandstampSessions\"",
        "revocations" => "\"HandstampRevocations\"",
        "accounts" => "\"AspNetUsers\"",
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    /// <summary>A statement of a contract, with the names of these tables.</summary>
    public static string Translated(string sql)
    {
        foreach (var none in (string[])["events", "identifiers"]) sql = sql.Replace($"DELETE FROM {none};", "", StringComparison.Ordinal);
        sql = sql.Replace("(sequence)", "(\"Sequence\")", StringComparison.Ordinal).Replace("WHERE sequence", "WHERE \"Sequence\"", StringComparison.Ordinal);
        foreach (var name in (string[])["sessions", "revocations", "accounts"]) sql = sql.Replace($"FROM {name}", $"FROM {Table(name)}", StringComparison.Ordinal);
        return sql;
    }

    public const string CountRows = """
        SELECT (SELECT count(*) FROM "AspNetUsers") + (SELECT count(*) FROM "HandstampSessions") + (SELECT count(*) FROM "HandstampKeys")
          + (SELECT count(*) FROM "HandstampKeyRing") + (SELECT count(*) FROM "HandstampRevocations") + (SELECT count(*) FROM "HandstampFeed")
          + (SELECT count(*) FROM "HandstampProofs") + (SELECT count(*) FROM "HandstampApis")
        """;

    /// <summary>Only what a test has given the user: a model knows no name and no address.</summary>
    sealed class BareClaims<TKey>(UserManager<IdentityUser<TKey>> users, IOptions<IdentityOptions> options)
        : IUserClaimsPrincipalFactory<IdentityUser<TKey>> where TKey : IEquatable<TKey>
    {
        public async Task<ClaimsPrincipal> CreateAsync(IdentityUser<TKey> user)
        {
            var identity = new ClaimsIdentity();
            foreach (var role in await users.GetRolesAsync(user)) identity.AddClaim(new Claim(options.Value.ClaimsIdentity.RoleClaimType, role));
            identity.AddClaims(await users.GetClaimsAsync(user));
            return new ClaimsPrincipal(identity);
        }
    }
}
