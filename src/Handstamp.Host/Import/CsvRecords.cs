using System.Text;

namespace Handstamp.Host.Import;

/// <summary>Records of comma-separated values (RFC 4180): cells with commas, line breaks and quotes are quoted.</summary>
sealed class CsvRecords
{
    readonly StringBuilder _cell = new();
    List<string> _cells = [];
    State _state;
    int _length;

    enum State
    {
        Plain,
        Quoted,
        AfterQuote,
    }

    /// <summary>What is wrong with the record, in a sentence; null if nothing is.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether a record has begun and not ended.</summary>
    public bool IsWithin => _length > 0;

    /// <summary>Takes the next character. Returns the record that it ends; null if it ends none.</summary>
    public List<string>? Take(char character)
    {
        if (++_length > Row.MaxLength)
        {
            Fault = $"The record has more than {Row.MaxLength} characters.";
            _cell.Clear();
        }
        switch (_state, character)
        {
            case (State.Quoted, '"'):
                _state = State.AfterQuote;
                return null;
            case (State.AfterQuote, '"'):
                _cell.Append('"');
                _state = State.Quoted;
                return null;
            case (State.Plain, '"') when _cell.Length == 0:
                _state = State.Quoted;
                return null;
            case (State.Plain or State.AfterQuote, ','):
                EndCell();
                return null;
            case (State.Plain or State.AfterQuote, '\n'):
                return End();
            case (State.AfterQuote, '\r'):
                return null;
            case (State.AfterQuote, _):
                Fault ??= "A cell continues after its closing quote.";
                return null;
            default:
                if (Fault is null) _cell.Append(character);
                return null;
        }
    }

    /// <summary>The last record, if the file does not end with a line break.</summary>
    public List<string>? End()
    {
        if (_state == State.Quoted) Fault ??= "A quote is not closed.";
        if (_state == State.Plain && _cell.Length > 0 && _cell[^1] == '\r') _cell.Length--;
        if (_cells.Count == 0 && _cell.Length == 0 && _state == State.Plain && Fault is null)
        {
            _length = 0;
            return null;
        }
        EndCell();
        var record = _cells;
        (_cells, _length) = ([], 0);
        return record;
    }

    /// <summary>The fault was told.</summary>
    public void Forgive() => Fault = null;

    void EndCell()
    {
        // A record that is too long must not become many cells.
        if (Fault is null) _cells.Add(_cell.ToString());
        _cell.Clear();
        _state = State.Plain;
    }
}
