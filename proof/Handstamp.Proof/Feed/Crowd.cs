using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Handstamp.TestBed.Postgres;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Handstamp.Proof.Feed;

/// <summary>
/// Many sessions of one person, put directly into the database, each as a login of an hour ago would have left it; and
/// their tokens, made with the nodes' own key.
/// </summary>
static class Crowd
{
    const string Copy = """
        INSERT INTO sessions SELECT copy.* FROM generate_series(1, $1) AS number, sessions AS one,
          jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), 'issued_at', one.issued_at - 3600000 - number)) AS copy
        WHERE one.id = $2 RETURNING id
        """;

    public static async Task<IReadOnlyList<string>> ComeAsync(HandstampNodes nodes, int sessions)
    {
        using var client = nodes.Client(0);
        var login = await client.JoinAsync("crowd@example.com");
        var key = await ReadKeyAsync(nodes);
        var tokens = new List<string>(sessions);
        await using var connection = new NpgsqlConnection(nodes.ConnectionString);
        await connection.OpenAsync();
        await using var copy = new NpgsqlCommand(Copy, connection) { Parameters = { new() { Value = sessions }, new() { Value = login.SessionId } } };
        await using var rows = await copy.ExecuteReaderAsync();
        while (await rows.ReadAsync()) tokens.Add(RefreshToken.Create(key, rows.GetGuid(0), 1).Encode());
        return tokens;
    }

    static async Task<MacKey> ReadKeyAsync(HandstampNodes nodes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Issuer"] = "http://127.0.0.1";
        builder.Configuration["Keys:MasterKey"] = nodes.MasterKey;
        builder.Logging.ClearProviders();
        builder.Services.AddHandstamp(builder.Configuration);
        builder.Services.AddHandstampPostgres(nodes.ConnectionString);
        await using var app = builder.Build();
        await app.Services.GetRequiredService<IStorage>().OpenAsync(default);
        var keys = app.Services.GetRequiredService<KeyRingService>();
        await keys.OpenAsync(default);
        return keys.Ring.MacKey(DateTimeOffset.UtcNow);
    }
}
