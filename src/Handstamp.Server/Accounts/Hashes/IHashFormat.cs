namespace Handstamp.Server.Accounts.Hashes;

/// <summary>A family of stored password hashes.</summary>
interface IHashFormat
{
    /// <summary>What its hashes look like, in a sentence.</summary>
    string Form { get; }

    /// <summary>Whether a hash of this family begins like this.</summary>
    bool Begins(string hash);

    /// <summary>Null if it is not a complete hash of this family. Takes no work.</summary>
    StoredHash? Read(string hash);
}
