using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Breached;

/// <summary>
/// The list of breached passwords that an operator has made: <c>Accounts:Password:BreachedFile</c>. Each look-up opens the file,
/// so a list that is moved into its place is used at once.
/// </summary>
sealed class BreachedPasswords(IOptions<AccountOptions> options, ILogger<BreachedPasswords> log)
{
    readonly string? _file = options.Value.Password.BreachedFile;

    // A fault is logged once until the file can be read again: strangers choose how often it is read.
    bool _isFaultLogged;

    /// <summary>
    /// Whether the password is in the list. Null if there is none, or if it cannot be read: then the password is not refused,
    /// because a damaged file must not keep people from changing a password that has become known.
    /// </summary>
    public bool? Contains(string password)
    {
        if (_file is null) return null;
        try
        {
            using var filter = PasswordFilter.Open(_file);
            var normalized = Nfc.Of(password);
            var isBreached = filter.Contains(normalized) || (normalized != password && filter.Contains(password));
            Volatile.Write(ref _isFaultLogged, false);
            return isBreached;
        }
        catch (Exception fault) when (IsOfFile(fault))
        {
            if (!Interlocked.Exchange(ref _isFaultLogged, true)) log.BreachedFileUnusable(_file, ReasonOf(fault));
            return null;
        }
    }

    /// <summary>Why the file cannot be used, for the start of the service; null if it can.</summary>
    public static string? Fault(string file)
    {
        try
        {
            PasswordFilter.Check(file);
            return null;
        }
        catch (Exception fault) when (IsOfFile(fault))
        {
            return $"Accounts:Password:BreachedFile is {file}, which cannot be used: {ReasonOf(fault)}.";
        }
    }

    // .NET appends a parameter's name to some messages.
    static string ReasonOf(Exception fault) => fault.Message.Split(" (Parameter '")[0].TrimEnd('.');

    static bool IsOfFile(Exception fault) =>
        fault is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or NotSupportedException;
}
