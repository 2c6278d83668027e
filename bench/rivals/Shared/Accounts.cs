using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Rivals;

sealed class Accounts(DbContextOptions<Accounts> options) : IdentityUserContext<IdentityUser>(options);
