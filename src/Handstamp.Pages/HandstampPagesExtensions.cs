using Handstamp.Pages;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Handstamp's pages for people.</summary>
public static class HandstampPagesExtensions
{
    /// <summary>
    /// Adds the pages for people, under <c>/account</c>: to log in, to register, and to manage an account and its
    /// devices. <c>MapHandstamp</c> maps them with the routes of the service. Calling it again changes nothing.
    /// </summary>
    /// <param name="builder">
    /// The builder that <c>AddHandstamp</c> returned. The pages use the section <c>Pages</c> of its settings.
    /// </param>
    public static HandstampBuilder AddPages(this HandstampBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.AddOptionsWithValidateOnStart<PagesOptions, PagesOptionsValidator>()
            .Bind(builder.Settings.GetSection("Pages"), binder => binder.ErrorOnUnknownConfiguration = true);
        builder.Services.AddPageServices();
        return builder;
    }
}
