using Microsoft.EntityFrameworkCore;

namespace Handstamp.Identity.Users;

/// <summary>The app's context with the users, as the request has it.</summary>
sealed record UsersContext(DbContext Context);
