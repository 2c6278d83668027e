using System.Globalization;
using System.Text.RegularExpressions;
using Handstamp.Server.Accounts.Hashes;
using Handstamp.Server.Accounts.Import;

namespace Handstamp.Host.Import;

/// <summary>
/// Users of <c>firebase auth:export --format=json</c>. The parameters of their hashes are the project's, as Firebase's console shows
/// them: <c>hash_config { algorithm: SCRYPT, base64_signer_key: …, base64_salt_separator: …, rounds: 8, mem_cost: 14 }</c>.
/// </summary>
sealed partial class FirebaseUsers(string? hashConfig)
{
    readonly Parameters? _parameters = hashConfig is null ? null : Parse(hashConfig);

    public PortableUser Map(Fields user) => new()
    {
        Email = user.Text("email"),
        EmailVerified = user.Flag("emailVerified"),
        PasswordHash = user.Text("passwordHash") is { } hash ? TextOf(hash, user.Text("salt") ?? "") : null,
        CreatedAt = user.Time("createdAt"),
        Disabled = user.Flag("disabled"),
    };

    string TextOf(string hash, string salt) => _parameters is { } with
        ? FirebaseScryptFormat.Text(with.MemCost, with.Rounds, with.Separator, with.SignerKey, salt, hash)
        : throw new CommandFailedException(
            "The file has password hashes. Their parameters are in Firebase's console, under Authentication: save them as a file and pass --hash-config FILE.");

    static Parameters Parse(string text) => new(
        Value(text, "base64_signer_key"), Value(text, "base64_salt_separator"), Number(text, "rounds"), Number(text, "mem_cost"));

    static string Value(string text, string name) =>
        Pair().Matches(text).FirstOrDefault(pair => pair.Groups[1].Value == name)?.Groups[2].Value
        ?? throw new CommandFailedException($"The hash parameters lack {name}. Copy all of hash_config from Firebase's console.");

    static int Number(string text, string name) =>
        int.TryParse(Value(text, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new CommandFailedException($"{name} of the hash parameters must be a number.");

    [GeneratedRegex("""(\w+)"?\s*:\s*"?([A-Za-z0-9+/=_-]*)""")]
    private static partial Regex Pair();

    sealed record Parameters(string SignerKey, string Separator, int Rounds, int MemCost);
}
