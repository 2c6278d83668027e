using System.Net;
using System.Security.Cryptography;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>Two nodes with the same key, on one database: a sign-in that began at one node continues at the other.</summary>
public sealed class SignInNodesTests : PostgresTests
{
    static readonly string MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task A_sign_in_that_began_at_one_node_is_completed_once_at_another()
    {
        var account = await StoredAccountAsync();
        using var data = new TempDirectory();
        await using var first = await StartNodeAsync(data);
        await using var second = await StartNodeAsync(data);
        var begun = Assert.IsType<SignInOutcome.Due>(await Attempts(first).BeginAsync(
            new SignInRequest { ClientId = "shop", Transport = SessionTransport.Body }, Answer(Named.First, account.Id.ToString()), Cancel));

        var outcomes = await InParallelAsync(16, caller => Attempts(caller % 2 == 0 ? first : second).ContinueAsync(
            new SignInStep { Ticket = begun.Ticket.Reveal(), Answer = Answer(Named.Second), ClientId = "shop" }, Cancel));
        var granted = Assert.Single(outcomes.OfType<SignInOutcome.Granted>());
        var begunSession = Assert.IsType<LoginOutcome.Begun>(
            await second.Services.GetRequiredService<LoginOperations>().BeginAsync(granted.Grant, default));

        Assert.Equal(("one two mfa", "shop"), (begunSession.Reading.Session.AuthenticationMethods, begunSession.Reading.Session.ClientId));
        Assert.Equal(15, outcomes.OfType<SignInOutcome.Refused>().Count());
    }

    static SignInAttempts Attempts(WebApplication node) => node.Services.GetRequiredService<SignInAttempts>();

    static FactorAnswer Answer(string factor, string? identifier = null) =>
        new() { Factor = factor, Identifier = identifier, Value = "right", By = new Origin(new Actor(ActorKind.Person), IPAddress.Loopback) };

    async Task<WebApplication> StartNodeAsync(TempDirectory data)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Issuer"] = "https://auth.example.com",
            ["Storage:DataDirectory"] = Directory.CreateDirectory(data.File(Guid.NewGuid().ToString())).FullName,
            ["Keys:MasterKey"] = MasterKey,
        });
        builder.Logging.ClearProviders();
        builder.Services.AddHandstamp(builder.Configuration);
        builder.Services.AddHandstampPostgres(Engine.ConnectionString);
        builder.Services.AddSingleton<IFactor>(new Named(Named.First, "one"));
        builder.Services.AddSingleton<IFactor>(new Named(Named.Second, "two"));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var node = builder.Build();
        await node.StartAsync(Cancel);
        return node;
    }

    /// <summary>A factor that exists only here. At the beginning, it is told which account it belongs to.</summary>
    sealed class Named(string name, string method) : IFactor
    {
        public const string First = "first";
        public const string Second = "second";

        public string Name => name;

        public IReadOnlyList<string> Methods { get; } = [method];

        public ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel) => ValueTask.FromResult(name == Second);

        public Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel)
        {
            var account = attempt?.AccountId ?? Guid.Parse(answer.Identifier!);
            return Task.FromResult<FactorOutcome>(new FactorOutcome.Right(account, Given.SecurityStamp(account)));
        }
    }
}
