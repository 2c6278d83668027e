using System.Text.Json;
using Handstamp.Rig.Load;
using Handstamp.Rig.Targets;

namespace Handstamp.Rig.Runs;

/// <summary>Gives each caller an account and a session.</summary>
static class Sessions
{
    public static IReadOnlyList<Account> Register(Dialect dialect, Connection connection)
    {
        var accounts = Enumerable.Range(1, Settings.Callers).Select(Account.Number).ToList();
        if (dialect.Register is { } register)
            foreach (var account in accounts) Send(connection, register(account));
        return accounts;
    }

    public static IReadOnlyList<string> LogIn(
        Dialect dialect, Connection connection, IReadOnlyList<Account> accounts) =>
        [.. accounts.Select(account => RefreshToken(dialect, Send(connection, dialect.Login(account))))];

    static string Send(Connection connection, Message message) => connection.Ask(message.ToBytes());

    static string RefreshToken(Dialect dialect, string answer)
    {
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty(dialect.RefreshMember).GetString()!;
    }
}
