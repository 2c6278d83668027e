using System.Text.Json;

namespace Handstamp.Server.Accounts.Export;

/// <summary>
/// What a feature holds about an account, for its owner. A feature that stores something about accounts registers one. It writes
/// no secret, and nothing about other people.
/// </summary>
interface IPersonalData
{
    /// <summary>The member of the export.</summary>
    string Name { get; }

    /// <summary>Writes one value.</summary>
    Task WriteAsync(Account account, Utf8JsonWriter json, CancellationToken cancel);
}
