namespace Handstamp.Server.Accounts.Hashes;

/// <summary>The base64 of crypt(3): its own alphabet, the lowest bits first, and the bytes in an order of the function's own.</summary>
static class CryptText
{
    const string Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int BitsOfCharacter = 6;
    const int BitsOfByte = 8;

    /// <summary>Three places at a time give four characters; what is missing in the last three gives fewer.</summary>
    public static string Of(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> order)
    {
        var text = new List<char>();
        for (var place = 0; place < order.Length; place += 3)
        {
            var bits = 0;
            var group = order[place..Math.Min(place + 3, order.Length)];
            foreach (var index in group) bits = (bits << BitsOfByte) | digest[index];
            for (var left = group.Length * BitsOfByte; left > 0; left -= BitsOfCharacter, bits >>= BitsOfCharacter)
                text.Add(Alphabet[bits & (Alphabet.Length - 1)]);
        }
        return string.Concat(text);
    }
}
