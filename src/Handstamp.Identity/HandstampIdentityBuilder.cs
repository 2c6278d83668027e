using Handstamp.Identity.Sessions;
using Handstamp.Identity.Users;
using Handstamp.Storage.EntityFramework;
using Handstamp.Storage.EntityFramework.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The result of <c>AddHandstampIdentity</c>: says where the sessions are.</summary>
/// <typeparam name="TUser">The app's user.</typeparam>
public sealed class HandstampIdentityBuilder<TUser> where TUser : class
{
    internal HandstampIdentityBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services of the app.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// The sessions are in the same database as the users. Call <c>UseHandstamp</c> in the model of this context.
    /// </summary>
    /// <typeparam name="TContext">The app's context, registered with <c>AddDbContext</c>. SQLite and PostgreSQL are tested.</typeparam>
    public HandstampIdentityBuilder<TUser> AddEntityFrameworkStore<TContext>() where TContext : DbContext =>
        AddEntityFrameworkStore<TContext, TContext>();

    /// <summary>
    /// The sessions are in another database than the users: for users on a database that is not tested for sessions, such as SQL Server.
    /// A user is then read right before a session is written, and NOT in the same transaction.
    /// </summary>
    /// <typeparam name="TSessions">The context of the sessions. Call <c>UseHandstamp</c> in its model.</typeparam>
    /// <typeparam name="TUsers">The context of the users.</typeparam>
    public HandstampIdentityBuilder<TUser> AddEntityFrameworkStore<TSessions, TUsers>()
        where TSessions : DbContext where TUsers : DbContext
    {
        Services.AddEfStores(typeof(TSessions));
        Services.TryAddSingleton<ISessionUsers, IdentityUsers<TUser>>();
        Services.TryAddScoped(provider => new UsersContext(provider.GetRequiredService<TUsers>()));
        Services.AddHttpContextAccessor();
        Services.TryAddSingleton<UserChangeInterceptor<TUser>>();
        Services.ConfigureDbContext<TUsers>((provider, options) =>
            options.AddInterceptors(provider.GetRequiredService<UserChangeInterceptor<TUser>>()));
        return this;
    }
}
