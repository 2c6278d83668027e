using Handstamp.Server.Http;

namespace Handstamp.Server.Sessions;

/// <summary>What somebody gets whose password was right.</summary>
abstract record LoginOutcome
{
    LoginOutcome() { }

    public sealed record Begun(SessionReading Reading) : LoginOutcome;

    public sealed record Refused(Refusal Refusal) : LoginOutcome
    {
        public Refused(Problem problem) : this(new Refusal(problem)) { }
    }
}
