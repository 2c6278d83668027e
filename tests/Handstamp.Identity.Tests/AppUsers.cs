using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Identity.Tests;

/// <summary>The users of the app in the tests, with a field of their own.</summary>
sealed class AppUser : IdentityUser
{
    public string? Nickname { get; set; }
}

/// <summary>The context of the app in the tests.</summary>
sealed class AppUsers(DbContextOptions<AppUsers> options) : IdentityDbContext<AppUser>(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.UseHandstamp();
    }
}
