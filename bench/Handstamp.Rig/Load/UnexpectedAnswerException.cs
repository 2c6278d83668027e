namespace Handstamp.Rig.Load;

/// <summary>A figure for something else than what was meant to be measured is worth nothing: the run ends.</summary>
sealed class UnexpectedAnswerException(int status, string body) : Exception($"The server answered {status}: {body}");
