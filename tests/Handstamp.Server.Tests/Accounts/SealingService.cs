using System.Net;
using System.Security.Cryptography;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Tests.Mail;
using Handstamp.TestBed;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>A service that seals password hashes, and that can be started again on the same files.</summary>
public abstract class SealingService : IAsyncDisposable
{
    internal const string Sealed = "$sealed$seal-";
    internal const string Other = "bob@example.com";

    static readonly Lazy<string> SharedHash = new(() => new Argon2id(TestAccounts.Options()).Hash(HandstampApp.Password));

    string _masterKey = NewMasterKey();

    internal string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("handstamp-test-").FullName;

    internal MailFolder Mails { get; } = new();

    public ValueTask DisposeAsync()
    {
        Mails.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    internal static string KeyOf(HandstampApp app) => app.Get<KeyRingService>().Ring.SealingKey(app.Clock.Now()).Id;

    internal static Task<(long Changed, long Lost)> SealAllAsync(HandstampApp app) => app.Get<PasswordSealing>().RunAsync(Origin.Operator, default);

    internal static async Task<IReadOnlyList<Event>> EventsAsync(HandstampApp app, EventKind kind) =>
        (await app.Get<IEventStore>().ReadOnAsync(EventFilter.All with { Kinds = [kind] }, Guid.Empty, 10_000, default)).Events;

    /// <summary>An account whose hash is made once for all: that is what takes long.</summary>
    internal static async Task AddAsync(HandstampApp app, string email)
    {
        var account = TestAccounts.Account(email: email) with { Id = Guid.CreateVersion7() };
        var hash = app.Get<PasswordSeal>().Close(SharedHash.Value, account.Id);
        Assert.True(await app.Get<IAccountStore>().TryCreateAsync(account with { PasswordHash = hash }, Origin.Operator.Does(EventKind.AccountAdded, app.Clock.Now())));
    }

    internal static string NewMasterKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>As the guide says: the ring that nothing opens is deleted, and there is a new master key.</summary>
    internal void LoseKey()
    {
        using var database = new SqliteConnection($"Data Source={Path.Combine(Directory, "handstamp.db")};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "DELETE FROM keys";
        command.ExecuteNonQuery();
        _masterKey = NewMasterKey();
    }

    internal async Task ResetAsync(HandstampApp app, string email)
    {
        using var forgot = await app.PostAsync("/password/forgot", new { email });
        MimeMessage? mail = null;
        await Eventually.TrueAsync(
            () => (mail = Mails.Read().FirstOrDefault(one => one.To.Mailboxes.Single().Address == email
                && one.Subject!.Contains("password", StringComparison.OrdinalIgnoreCase))) is not null,
            "the mail arrives");
        using var reset = await app.PostAsync("/password/reset", new { token = mail!.Token(), new_password = "another quite unusual sentence" });
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
    }

    internal Task<HandstampApp> StartAsync(bool isOn) => StartAsync(("Keys:SealPasswords", isOn ? "true" : "false"));

    internal Task<HandstampApp> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    internal Task<HandstampApp> StartAsync(FakeTimeProvider clock) => StartAsync(null, clock);

    internal Task<HandstampApp> StartAsync(Action<IServiceCollection>? services, params (string Key, string Value)[] settings) =>
        StartAsync(services, null, settings);

    internal Task<HandstampApp> StartAsync(Action<IServiceCollection>? services, FakeTimeProvider? clock, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(Mails.Settings) { ["Keys:MasterKey"] = _masterKey, ["Keys:SealPasswords"] = "true" };
        foreach (var (key, value) in settings) all[key] = value;
        return HandstampApp.StartAsync(all, Directory, clock, services: services);
    }

    internal static async Task<HttpStatusCode> TryAsync(HandstampApp app, string email = HandstampApp.Email)
    {
        using var answer = await app.PostAsync("/login", new { email, password = HandstampApp.Password });
        return answer.StatusCode;
    }

    internal static async Task<Account> AccountAsync(HandstampApp app, string email = HandstampApp.Email) =>
        (await app.Get<IAccountStore>().FindAsync(IdentifierKind.Email, EmailAddress.Canonical(email), default))!;

    internal static async Task<string> HashAsync(HandstampApp app, string email = HandstampApp.Email) => (await AccountAsync(app, email)).PasswordHash!;
}
