using System.Collections.Concurrent;
using System.ComponentModel;
using Handstamp.Storage.EntityFramework.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Identity.Users;

/// <summary>The rows of the users, if they are in the context of the sessions.</summary>
abstract class UserRows<TUser> where TUser : class
{
    static readonly ConcurrentDictionary<Type, UserRows<TUser>?> Known = new();

    /// <summary>The type of the ids; null if the users do not derive from <see cref="IdentityUser{TKey}"/>: then their columns are not known.</summary>
    public static Type? KeyType { get; } = FindKeyType();

    /// <summary>Null if the context has no such users.</summary>
    public static UserRows<TUser>? In(DbContext context) => Known.GetOrAdd(
        context.GetType(), static (_, model) => model.FindEntityType(typeof(TUser)) is null ? null : Make(), context.Model);

    /// <summary>The row, if it is still as it was read.</summary>
    public abstract IQueryable<object> AsRead(DbContext context, SessionUser user, bool withStamp);

    /// <summary>Writes the row as it is if it has this stamp: that locks it. Returns how many rows there are.</summary>
    public abstract Task<int> HoldAsync(DbContext context, string userId, string stamp);

    static UserRows<TUser> Make() =>
        (UserRows<TUser>)Activator.CreateInstance(typeof(IdentityUserRows<,>).MakeGenericType(typeof(TUser), KeyType!))!;

    static Type? FindKeyType()
    {
        for (var type = typeof(TUser); type is not null; type = type.BaseType)
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IdentityUser<>)) return type.GetGenericArguments()[0];
        return null;
    }
}

/// <summary>The columns that every user of Identity has.</summary>
sealed class IdentityUserRows<TUser, TKey> : UserRows<TUser> where TUser : IdentityUser<TKey> where TKey : IEquatable<TKey>
{
    // As Identity's own store reads an id.
    static readonly TypeConverter Converter = TypeDescriptor.GetConverter(typeof(TKey));

    public override IQueryable<object> AsRead(DbContext context, SessionUser user, bool withStamp)
    {
        // Not when the lockout ends: a database that rounds times does not find the one that was read. If the app moves the end of a
        // lockout, UserChangeInterceptor has ended the session itself.
        var (stamp, isOn, hasEnd) = (user.Stamp, user.LockoutEnabled, user.LockoutEnd is not null);
        var rows = Of(context, user.Id).Where(row => row.LockoutEnabled == isOn && (row.LockoutEnd != null) == hasEnd);
        return withStamp ? rows.Where(row => row.SecurityStamp == stamp) : rows;
    }

    public override Task<int> HoldAsync(DbContext context, string userId, string stamp) => Of(context, userId)
        .Where(row => row.SecurityStamp == stamp)
        .ExecuteUpdateAsync(set => set.SetProperty(row => row.SecurityStamp, row => row.SecurityStamp));

    static IQueryable<TUser> Of(DbContext context, string userId)
    {
        var id = (TKey)Converter.ConvertFromInvariantString(userId)!;
        return context.Set<TUser>().Where(row => row.Id.Equals(id));
    }
}
