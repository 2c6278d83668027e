using System.Text;
using Handstamp.Tokens;

namespace Handstamp.Proof.Fuzz;

/// <summary>
/// JWK sets, as an API fetches them. A set that was read can be written and read again, and every key can be used.
/// </summary>
sealed class KeySetTarget : FuzzTarget
{
    static readonly byte[] Signature = new byte[64];

    public override string Name => "JWK set";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        new JsonWebKeySet([SigningKey.Create(JwsAlgorithm.Es256).PublicKey, SigningKey.Create(JwsAlgorithm.Rs256).PublicKey]).ToJson(),
        new JsonWebKeySet([SigningKey.Create(JwsAlgorithm.Es256).PublicKey]).ToJson(),
        new JsonWebKeySet([SigningKey.Create(JwsAlgorithm.Rs256).PublicKey]).ToJson(),
        "{\"keys\":[]}"u8.ToArray(),
    ];

    public override byte[]? Rebuild(byte[] input, Random random) => JsonMutation.Change(input, random);

    public override ValueTask<string> TryAsync(byte[] input)
    {
        if (!JsonWebKeySet.TryParse(input, out var keys)) return ValueTask.FromResult("refused");

        var written = keys.ToJson();
        Demand(JsonWebKeySet.TryParse(written, out var again) && again.ToJson().AsSpan().SequenceEqual(written), "what is read can be written");
        Demand(keys.Keys.All(key => keys.Find(key.KeyId) == key), "each key is found by its id");
        Demand(keys.Keys.All(key => !key.Verify(input, Signature)), "no key accepts zeros");
        Demand(!Encoding.UTF8.GetString(written).Contains("\"d\":", StringComparison.Ordinal), "no private member is repeated");
        return ValueTask.FromResult($"keys: {string.Join(' ', keys.Keys.Take(4).Select(key => key.Algorithm.Name))}");
    }
}
