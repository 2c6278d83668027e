namespace Handstamp.Server.Http;

/// <summary>
/// A call to another system has failed. The message is for the operator's log: it contains nothing that was sent, and nothing that
/// the other system can choose.
/// </summary>
#pragma warning disable CA1032, CA1064 // Internal, and always with a reason: the callers catch it.
sealed class CallFailedException(string message, Exception? inner = null) : Exception(message, inner);
#pragma warning restore CA1032, CA1064
