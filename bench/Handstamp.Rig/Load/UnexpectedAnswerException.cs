namespace Handstamp.Rig.Load;

/// <summary>A figure is worth nothing if something else was measured, so the run ends.</summary>
sealed class UnexpectedAnswerException(int status, string body) : Exception($"The server answered {status}: {body}");
