using Handstamp.Proof.Long;

namespace Handstamp.Proof.Theft;

/// <summary>The part of <c>./prove theft</c>'s page about answers that a shared jar loses.</summary>
static class JarPage
{
    public static void Write(Report report, IReadOnlyList<JarSample> jars)
    {
        report.Say(FormattableString.Invariant($"""
            ## A million lost answers of a shared jar

            Twenty pages, each with a jar of its own, and a view every twenty seconds or so, whose requests go out together or
            at any moment of a window. Every other minute or so the network loses each answer, for up to a minute. Requests
            and answers take up to five seconds each, together at most the quiet gap. What was lost is asked for again
            when it was given up, after ten seconds; a 409 is waited out. With the gap, and with the same decision
            without it:
            """));
        report.Table(
            ["rule", "requests at once", "views", "lost answers", "false logouts"],
            jars.Select(jar => (object[])
            [
                jar.Rule.Name, jar.Requests, FormattableString.Invariant($"{jar.Result.Views:N0}"),
                FormattableString.Invariant($"{jar.Result.LostAnswers:N0}"), jar.Result.Logouts,
            ]));
    }
}
