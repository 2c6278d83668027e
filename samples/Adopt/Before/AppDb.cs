using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Samples.Adopt;

/// <summary>A user, with a field of the app's own.</summary>
public sealed class AppUser : IdentityUser
{
    /// <summary>Where the user wants to know the weather.</summary>
    public string? City { get; set; }
}

/// <summary>The app's database.</summary>
public sealed class AppDb(DbContextOptions<AppDb> options) : IdentityDbContext<AppUser>(options)
{
    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<AppUser>().Property(user => user.City).HasMaxLength(100);
    }
}
