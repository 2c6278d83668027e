using Handstamp.Server.Http;

namespace Handstamp.Server.Sessions;

/// <summary>The result of a login, a password change or a reauthentication in which all that was given is right.</summary>
abstract record LoginOutcome
{
    LoginOutcome() { }

    /// <summary>The session that has begun, or that goes on with another time.</summary>
    public sealed record Begun(SessionReading Reading) : LoginOutcome;

    /// <summary>The token of the former system has begun another session meanwhile.</summary>
    public sealed record AlreadyMoved : LoginOutcome;

    public sealed record Refused(Refusal Refusal) : LoginOutcome
    {
        public Refused(Problem problem) : this(new Refusal(problem)) { }
    }
}
