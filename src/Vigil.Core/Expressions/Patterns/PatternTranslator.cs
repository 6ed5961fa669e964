using System.Globalization;
using System.Text;

namespace Vigil.Core.Expressions.Patterns;

/// <summary>Writes a regular expression of RE2 in the syntax of .NET, and refuses what RE2 refuses.</summary>
internal sealed class PatternTranslator
{
    private const int MaxLength = 4_000;
    private const int MaxNesting = 100;
    private const int MaxRepeat = 1_000;

    private readonly string _source;
    private readonly bool _isWide;
    private readonly StringBuilder _text = new();
    private readonly Stack<Flags> _groups = new();
    private Flags _flags;
    private int _next;

    private PatternTranslator(string source, bool isWide) => (_source, _isWide) = (source, isWide);

    [Flags]
    private enum Flags
    {
        None = 0,
        IgnoreCase = 1,
        Multiline = 2,
        DotMatchesNewline = 4,
    }

    public static bool TryTranslate(string source, bool isWide, out string translated, out string problem)
    {
        var translator = new PatternTranslator(source, isWide);
        problem = source.Length > MaxLength ? $"the pattern is longer than {MaxLength:N0} characters" : translator.Translate();
        translated = translator._text.ToString();
        return problem.Length == 0;
    }

    private string Translate()
    {
        while (_next < _source.Length)
        {
            if (Step() is { Length: > 0 } problem)
                return problem;
        }

        return _groups.Count > 0 ? "the pattern has a ( without )" : "";
    }

    private char At(int i) => i < _source.Length ? _source[i] : '\0';

    private string Step()
    {
        switch (_source[_next])
        {
            case '(':
                return Open();
            case ')':
                _next++;
                if (_groups.Count == 0)
                    return "the pattern has a ) without (";
                _flags = _groups.Pop();
                _text.Append(')');
                return Repeat();
            case '|':
                _next++;
                _text.Append('|');
                return "";
            case '*' or '+' or '?':
                return $"the pattern repeats nothing at '{_source[_next]}'";
            case '[':
                return Class();
            case '\\':
                return Escape();
            case '.':
                _next++;
                CharacterClass.Dot(_flags.HasFlag(Flags.DotMatchesNewline)).Write(_text, _isWide);
                return Repeat();
            case '^':
                _next++;
                _text.Append(_flags.HasFlag(Flags.Multiline) ? "(?m:^)" : "(?:\\A)");
                return Repeat();
            case '$':
                _next++;
                _text.Append(_flags.HasFlag(Flags.Multiline) ? "(?m:$)" : "(?:\\z)");
                return Repeat();
            default:
                return Literal(TakeCodePoint());
        }
    }

    private int TakeCodePoint()
    {
        var isPair = char.IsHighSurrogate(_source[_next]) && char.IsLowSurrogate(At(_next + 1));
        var codePoint = isPair ? char.ConvertToUtf32(_source[_next], _source[_next + 1]) : _source[_next];
        _next += isPair ? 2 : 1;
        return codePoint;
    }

    private string Literal(int codePoint)
    {
        WriteLiteral(codePoint);
        return Repeat();
    }

    private void WriteLiteral(int codePoint)
    {
        _text.Append(_flags.HasFlag(Flags.IgnoreCase) ? "(?i:" : "(?:");
        foreach (var unit in codePoint > char.MaxValue ? char.ConvertFromUtf32(codePoint) : ((char)codePoint).ToString())
            _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
        _text.Append(')');
    }

    private string Write(CharacterClass set)
    {
        _text.Append(_flags.HasFlag(Flags.IgnoreCase) ? "(?i:" : "(?:");
        set.Write(_text, _isWide);
        _text.Append(')');
        return Repeat();
    }

    /// <summary>Copies a repetition, if one follows. Which match is preferred does not matter, so laziness is dropped.</summary>
    private string Repeat()
    {
        var start = _next;
        if (At(_next) is '*' or '+' or '?')
        {
            _text.Append(_source[_next++]);
        }
        else
        {
            if (At(_next) != '{' || !TryCount(_next, out var least, out var most, out var end))
                return "";
            if (least > MaxRepeat || most > MaxRepeat || (most >= 0 && most < least))
                return $"the pattern repeats {_source[_next..end]}; at most {MaxRepeat} times are possible";
            WriteCount(least, most);
            _next = end;
        }

        if (At(_next) == '?')
            _next++;
        return At(_next) is '*' or '+' or '?' || (At(_next) == '{' && TryCount(_next, out _, out _, out _))
            ? $"the pattern repeats a repetition: {_source[start..(_next + 1)]}"
            : "";
    }

    private void WriteCount(int least, int most)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{{{least}");
        if (most < 0)
            _text.Append(',');
        else if (most != least)
            _text.Append(CultureInfo.InvariantCulture, $",{most}");
        _text.Append('}');
    }

    /// <summary>{n}, {n,} or {n,m}; anything else is a literal brace.</summary>
    private bool TryCount(int at, out int least, out int most, out int end)
    {
        (least, most) = (0, -1);
        end = _source.IndexOf('}', at) + 1;
        if (end == 0)
            return false;
        var parts = _source[(at + 1)..(end - 1)].Split(',');
        if (parts.Length > 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out least))
            return false;
        most = least;
        if (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out most))
        {
            most = -1;
            return parts[1].Length == 0;
        }

        return true;
    }

    private string Open()
    {
        if (_groups.Count == MaxNesting)
            return $"the pattern is nested deeper than {MaxNesting} levels";
        _next++;
        if (At(_next) != '?')
            return Group(_flags);
        if (At(_next + 1) is '=' or '!' || (At(_next + 1) == '<' && At(_next + 2) is '=' or '!'))
            return "look-around takes more than linear time and is no part of RE2";
        if (At(_next + 1) == '<' || (At(_next + 1) == 'P' && At(_next + 2) == '<'))
            return Named();
        var flags = _flags;
        var isOff = false;
        for (_next++; At(_next) is not ':' and not ')'; _next++)
        {
            var flag = At(_next) switch
            {
                'i' => Flags.IgnoreCase,
                'm' => Flags.Multiline,
                's' => Flags.DotMatchesNewline,
                _ => Flags.None,
            };
            if (At(_next) == '-' && !isOff)
                isOff = true;
            else if (flag == Flags.None && At(_next) != 'U')
                return "the pattern has a group that RE2 does not know; groups are (…), (?:…), (?P<name>…) and the flags i, m, s, U";
            else
                flags = isOff ? flags & ~flag : flags | flag;
        }

        if (_source[_next++] == ':')
            return Group(flags);
        _flags = flags;
        return "";
    }

    private string Named()
    {
        var start = _source.IndexOf('<', _next) + 1;
        var end = _source.IndexOf('>', start);
        if (end <= start || _source[start..end].Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
            return "the pattern has a group without a proper name";
        _next = end + 1;
        return Group(_flags);
    }

    private string Group(Flags flags)
    {
        _groups.Push(_flags);
        _flags = flags;
        _text.Append("(?:");
        return "";
    }

    private string Escape()
    {
        var c = At(_next + 1);
        switch (c)
        {
            case 'd' or 'D' or 'w' or 'W' or 's' or 'S':
                _next += 2;
                return Write(CharacterClass.Perl(c));
            case 'p' or 'P':
                var set = new CharacterClass();
                return Category(set) is { Length: > 0 } problem ? problem : Write(set);
            case 'A' or 'z' or 'b' or 'B':
                _next += 2;
                _text.Append("(?:\\").Append(c).Append(')');
                return Repeat();
            case 'Q':
                return Quoted();
            default:
                return TryCharacter(out var codePoint, out var unknown) ? Literal(codePoint) : unknown;
        }
    }

    private string Quoted()
    {
        _next += 2;
        var end = _source.IndexOf("\\E", _next, StringComparison.Ordinal);
        var last = end < 0 ? _source.Length : end;
        var isEmpty = _next >= last;
        while (_next < last)
            WriteLiteral(TakeCodePoint());
        _next = end < 0 ? _source.Length : end + 2;
        return isEmpty ? "" : Repeat();
    }

    private string Category(CharacterClass set)
    {
        var isNegated = At(_next + 1) == 'P';
        var end = At(_next + 2) == '{' ? _source.IndexOf('}', _next) : _next + 2;
        if (end < 0 || end >= _source.Length)
            return "the pattern has a \\p without a name";
        var name = At(_next + 2) == '{' ? _source[(_next + 3)..end] : _source[end].ToString();
        if (name.StartsWith('^'))
            (name, isNegated) = (name[1..], !isNegated);
        if (name is not ("L" or "Lu" or "Ll" or "Lt" or "Lm" or "Lo" or "M" or "Mn" or "Mc" or "Me" or "N" or "Nd" or "Nl" or "No"
            or "P" or "Pc" or "Pd" or "Ps" or "Pe" or "Pi" or "Pf" or "Po" or "S" or "Sm" or "Sc" or "Sk" or "So"
            or "Z" or "Zs" or "Zl" or "Zp" or "C" or "Cc" or "Cf" or "Cs" or "Co"))
            return $"the pattern names {name}, which is no general category such as L, Lu or Nd";
        set.AddCategory(name, isNegated);
        _next = end + 1;
        return "";
    }

    /// <summary>One escaped character; the position is after it.</summary>
    private bool TryCharacter(out int codePoint, out string problem)
    {
        var c = At(_next + 1);
        var digits = 0;
        problem = "";
        codePoint = c switch
        {
            'a' => '\a',
            'f' => '\f',
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'v' => '\v',
            _ when char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c != '\0' => c,
            _ => -1,
        };
        _next += 2;
        if (codePoint >= 0)
            return true;
        if (c == 'x' && At(_next) == '{')
        {
            var end = _source.IndexOf('}', _next);
            if (end > _next && int.TryParse(_source.AsSpan(_next + 1, end - _next - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out codePoint)
                && Rune.IsValid(codePoint))
            {
                _next = end + 1;
                return true;
            }
        }
        else if (c == 'x' && char.IsAsciiHexDigit(At(_next)) && char.IsAsciiHexDigit(At(_next + 1)))
        {
            codePoint = int.Parse(_source.AsSpan(_next, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            _next += 2;
            return true;
        }
        else if (c is >= '0' and <= '7' && (c == '0' || At(_next) is >= '0' and <= '7'))
        {
            for (codePoint = c - '0'; digits < 2 && At(_next) is >= '0' and <= '7'; digits++)
                codePoint = codePoint * 8 + _source[_next++] - '0';
            return true;
        }

        problem = char.IsAsciiDigit(c) ? "a reference back takes more than linear time and is no part of RE2"
            : $"the pattern has an escape that RE2 does not know: \\{(c == '\0' ? "" : c)}";
        return false;
    }

    private string Class()
    {
        var set = new CharacterClass();
        _next++;
        if (At(_next) == '^')
        {
            set.IsNegated = true;
            _next++;
        }

        for (var isFirst = true; isFirst || At(_next) != ']'; isFirst = false)
        {
            if (_next >= _source.Length)
                return "the pattern has a [ without ]";
            if (Item(set) is { Length: > 0 } problem)
                return problem;
        }

        _next++;
        return Write(set);
    }

    private string Item(CharacterClass set)
    {
        if (At(_next) == '[' && At(_next + 1) == ':' && _source.IndexOf(":]", _next + 2, StringComparison.Ordinal) is > 0 and var end)
        {
            var name = _source[(_next + 2)..end];
            _next = end + 2;
            return set.AddPosix(name) ? "" : $"the pattern names an unknown class [:{name}:]";
        }

        if (At(_next) == '\\')
        {
            switch (At(_next + 1))
            {
                case 'd' or 'D' or 'w' or 'W' or 's' or 'S':
                    set.AddPerl(At(_next + 1));
                    _next += 2;
                    return "";
                case 'p' or 'P':
                    return Category(set);
            }
        }

        if (!TryEnd(out var first, out var problem))
            return problem;
        var last = first;
        if (At(_next) == '-' && At(_next + 1) is not ']' and not '\0')
        {
            _next++;
            if (!TryEnd(out last, out problem))
                return problem;
        }

        if (last < first)
            return "the pattern has a range whose end comes before its beginning";
        set.Add(first, last);
        return "";
    }

    /// <summary>One character of a class, plain or escaped.</summary>
    private bool TryEnd(out int codePoint, out string problem)
    {
        problem = "";
        if (At(_next) == '\\')
            return TryCharacter(out codePoint, out problem);
        codePoint = TakeCodePoint();
        return true;
    }
}
