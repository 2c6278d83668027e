using Handstamp.Server.Accounts.Activity;
using Microsoft.AspNetCore.Http;
using ActivityView = Handstamp.Pages.Views.Views_Activity;

namespace Handstamp.Pages;

/// <summary><c>/account/activity</c>: what has happened to the account, in sentences.</summary>
sealed class ActivityPage(PageSession session, ActivityOperations activity, PageLinks links, PageWriter pages)
{
    const int Lines = 25;

    public async Task ShowAsync(HttpContext context)
    {
        if (await session.RequireAsync(context) is not { } caller) return;
        var view = pages.PageContext(context);
        ShowActivity.TryReadBefore(context.Request.Query["before"], out var before);
        var page = await activity.ReadAsync(caller.AccountId, before, Lines, context.RequestAborted);
        var next = page.Next is { } last ? $"{links.On(context.Request).Activity}?before={last:D}" : null;
        using var body = new ActivityView { Model = new(view, [.. page.Activity.Select(item => ActivityLine.Of(item, view))], next) };
        await PageWriter.WriteAsync(context, view, view.Texts.Activity, body, wide: true);
    }
}

/// <summary>An event as a person reads it.</summary>
sealed record ActivityLine(string Text, Moment When, string? Times, string? From)
{
    public static ActivityLine Of(ActivityItem item, PageContext view)
    {
        var texts = view.Texts;
        var text = texts.Activities.GetValueOrDefault($"{item.Kind}.{item.Outcome}") ?? texts.Activities.GetValueOrDefault(item.Kind, item.Kind);
        return new ActivityLine(
            item.By == "operator" ? $"{text} {texts.ByOperator}" : text, view.When(item.At),
            item.Count > 1 && item.Kind != "session.ended" ? texts.Times.With("count", $"{item.Count}") : null,
            item.IpAddress is { } address ? texts.FromDevice.With("device", DeviceLine.Describe(item.UserAgent, texts)).With("address", address) : null);
    }
}
