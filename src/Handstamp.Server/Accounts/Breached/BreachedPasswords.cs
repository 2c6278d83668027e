using Handstamp.Server.Storage;
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
        catch (Exception fault) when (FileBytes.IsFault(fault))
        {
            if (!Interlocked.Exchange(ref _isFaultLogged, true)) log.BreachedFileUnusable(_file, FileBytes.ReasonOf(fault));
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
        catch (Exception fault) when (FileBytes.IsFault(fault))
        {
            return $"Accounts:Password:BreachedFile is {file}, which cannot be used: {FileBytes.ReasonOf(fault)}.";
        }
    }
}
