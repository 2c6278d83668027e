using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>An app's context: its users, and the sessions.</summary>
public sealed class UsersContext<TKey>(DbContextOptions<UsersContext<TKey>> options)
    : IdentityDbContext<IdentityUser<TKey>, IdentityRole<TKey>, TKey>(options) where TKey : IEquatable<TKey>
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.UseHandstamp();
    }
}
