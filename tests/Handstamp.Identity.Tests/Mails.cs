using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>The app's own sender of mail. It keeps what it was given.</summary>
sealed class Mails : IEmailSender<AppUser>
{
    readonly ConcurrentQueue<Mail> _sent = new();

    public IReadOnlyList<Mail> Sent => [.. _sent];

    public Mail Only => Assert.Single(_sent);

    public Mail Last => _sent.Last();

    public Task SendConfirmationLinkAsync(AppUser user, string email, string confirmationLink) => Keep("link", email, confirmationLink);

    public Task SendPasswordResetLinkAsync(AppUser user, string email, string resetLink) => Keep("reset link", email, resetLink);

    public Task SendPasswordResetCodeAsync(AppUser user, string email, string resetCode) => Keep("code", email, resetCode);

    Task Keep(string kind, string to, string html)
    {
        _sent.Enqueue(new Mail(kind, to, html));
        return Task.CompletedTask;
    }
}

/// <summary>A mail: what it brings, encoded for HTML as the interface demands.</summary>
sealed record Mail(string Kind, string To, string Html)
{
    public string Text => WebUtility.HtmlDecode(Html);
}
