using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Terms;

/// <summary>A version of the terms that a person has accepted, and when.</summary>
sealed record AcceptedTerms(string Version, DateTimeOffset At);

/// <summary>The terms of use that people have to accept for an account. There are none unless the settings name a version.</summary>
sealed class ServiceTerms(IOptions<AccountOptions> options)
{
    /// <summary>The version that is in force; null if there are no terms.</summary>
    public string? Version => Settings.Version;

    /// <summary>The settings: the version, and where the texts can be read.</summary>
    public AccountTermsOptions Settings => options.Value.Terms;

    /// <summary>Why nobody gets an account with this acceptance; null if they do.</summary>
    public Refusal? Fault(string? accepted) => Version is null || accepted == Version ? null : new Refusal(Problems.TermsNotAccepted)
    {
        Members = json =>
        {
            json.WriteStartObject("terms"u8);
            json.WriteString("version"u8, Version);
            json.WriteString("url"u8, Settings.Url);
            if (Settings.PrivacyUrl is { } privacy) json.WriteString("privacy_url"u8, privacy);
            json.WriteEndObject();
        },
    };

    /// <summary>What a new account has accepted.</summary>
    public AcceptedTerms? AcceptedAt(DateTimeOffset now) => Version is { } version ? new AcceptedTerms(version, now) : null;

    /// <summary>Whether the owner of the account has not accepted the version that is in force.</summary>
    public bool AreDue(Account account) => Version is { } version && account.Terms?.Version != version;
}
