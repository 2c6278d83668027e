using Handstamp.Server.Http;

namespace Handstamp.Server.Sessions;

/// <summary>The result of a login with the right password.</summary>
abstract record LoginOutcome
{
    LoginOutcome() { }

    public sealed record Begun(SessionReading Reading) : LoginOutcome;

    public sealed record Refused(Refusal Refusal) : LoginOutcome
    {
        public Refused(Problem problem) : this(new Refusal(problem)) { }
    }
}
