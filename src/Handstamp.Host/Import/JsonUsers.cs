using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Handstamp.Host.Import;

/// <summary>
/// The users of one JSON document: a list, or the list in its member <c>users</c>. The document may be larger than the memory.
/// </summary>
sealed class JsonUsers
{
    // Realms of Keycloak have other long values before their users.
    const int MostPending = 16 * 1024 * 1024;

    JsonReaderState _state;
    bool _isInList;
    bool _isNext;

    JsonUsers()
    {
    }

    bool WasFound { get; set; }

    bool IsDone => WasFound && !_isInList;

    public static async IAsyncEnumerable<Row> ReadAsync(Stream file, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = PipeReader.Create(file);
        var (users, number) = (new JsonUsers(), 0L);
        while (!users.IsDone)
        {
            var read = await reader.ReadAsync(cancel);
            var taken = users.Take(read.Buffer, read.IsCompleted, number, out var consumed);
            foreach (var user in taken) yield return Row.Of(++number, user);
            if (read.IsCompleted) break;
            if (taken.Count == 0 && read.Buffer.Length > MostPending) throw new CommandFailedException($"User {number + 1} of the file is too large.");
            reader.AdvanceTo(consumed, read.Buffer.End);
        }
        if (!users.WasFound) throw new CommandFailedException("The file has no list of users.");
    }

    /// <summary>
    /// Whether a file that begins like this is such a document, and not one object per line: its first line is a list, has the
    /// list of users, or is a brace alone.
    /// </summary>
    public static bool Begins(ReadOnlySpan<byte> text)
    {
        var line = text.TrimStart("\uFEFF \t\r\n"u8);
        if (line.IsEmpty || line[0] == '[') return !line.IsEmpty;
        var end = line.IndexOf((byte)'\n');
        try
        {
            var first = JsonElement.Parse(end < 0 ? line : line[..end]);
            return first.ValueKind == JsonValueKind.Object && first.TryGetProperty("users", out var users) && users.ValueKind == JsonValueKind.Array;
        }
        catch (JsonException)
        {
            // A document over several lines begins with a brace alone. A broken line of users does not.
            return end < 0 || line[..end].TrimEnd(" \t\r"u8) is [(byte)'{'];
        }
    }

    /// <summary>The users that are complete.</summary>
    List<JsonElement> Take(ReadOnlySequence<byte> buffer, bool isLast, long number, out SequencePosition consumed)
    {
        var reader = new Utf8JsonReader(buffer, isLast, _state);
        var users = new List<JsonElement>();
        try
        {
            while (!IsDone && TryTake(ref reader, users))
            {
            }
        }
        catch (JsonException fault)
        {
            throw new CommandFailedException($"The file is not valid JSON, after {number + users.Count} users.", fault);
        }
        (_state, consumed) = (reader.CurrentState, reader.Position);
        return users;
    }

    /// <summary>False if there is not enough text.</summary>
    bool TryTake(ref Utf8JsonReader reader, List<JsonElement> users)
    {
        var before = reader;
        if (!reader.Read()) return false;
        if (!_isInList)
        {
            var isList = reader.TokenType == JsonTokenType.StartArray && (_isNext || reader.CurrentDepth == 0);
            (_isInList, WasFound) = (isList, isList);
            _isNext = reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("users"u8);
            return true;
        }
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _isInList = false;
            return true;
        }
        if (JsonElement.TryParseValue(ref reader, out var user))
        {
            users.Add(user.Value);
            return true;
        }
        reader = before;
        return false;
    }
}
