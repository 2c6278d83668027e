using Handstamp.Proof.Long;

namespace Handstamp.Proof.Theft;

/// <summary>The part of <c>./prove theft</c>'s page about answers that a shared jar loses.</summary>
static class JarPage
{
    public static void Write(Report report, IReadOnlyList<JarSample> jars)
    {
        report.Say(FormattableString.Invariant($"""
            ## A million lost answers of a shared jar

            There are twenty pages, each with its own jar and a view about every twenty seconds. The requests of a view are sent
            together, or at any moment of a window. About every other minute, the network loses every answer, for up to a
            minute. Requests and answers take up to five seconds each, together at most the quiet gap. A lost request is
            abandoned after ten seconds and sent again. After a 409, the page waits. With the gap, and with the same decision
            without the gap:
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
