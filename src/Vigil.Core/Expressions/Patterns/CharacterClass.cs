using System.Globalization;
using System.Text;

namespace Vigil.Core.Expressions.Patterns;

/// <summary>A set of characters, written as a class of .NET's regular expressions.</summary>
internal sealed class CharacterClass
{
    private const int LastNarrow = 0xFFFF;
    private const int Last = 0x10FFFF;

    private static readonly Dictionary<string, string> Posix = new(StringComparer.Ordinal)
    {
        ["alnum"] = "09AZaz",
        ["alpha"] = "AZaz",
        ["ascii"] = "\0\x7F",
        ["blank"] = "\t\t  ",
        ["cntrl"] = "\0\x1F\x7F\x7F",
        ["digit"] = "09",
        ["graph"] = "!~",
        ["lower"] = "az",
        ["print"] = " ~",
        ["punct"] = "!/:@[`{~",
        ["space"] = "\t\r  ",
        ["upper"] = "AZ",
        ["word"] = "09AZ__az",
        ["xdigit"] = "09AFaf",
    };

    private readonly List<(int First, int Last)> _ranges = [];
    private readonly StringBuilder _categories = new();
    private bool _hasNegatedCategory;

    public bool IsNegated { get; set; }

    /// <summary>The class of \d, \D, \w, \W, \s or \S, which are about ASCII.</summary>
    public static CharacterClass Perl(char letter) => new CharacterClass().AddPerl(letter);

    /// <summary>What a dot stands for.</summary>
    public static CharacterClass Dot(bool includesNewline)
    {
        var all = new CharacterClass();
        if (includesNewline)
            all.Add(0, Last);
        else
            all.AddComplement("\n\n");
        return all;
    }

    public void Add(int first, int last) => _ranges.Add((first, last));

    public CharacterClass AddPerl(char letter)
    {
        var ranges = char.ToLowerInvariant(letter) switch
        {
            'd' => "09",
            'w' => "09AZ__az",
            _ => "\t\n\f\r  ",
        };
        if (char.IsAsciiLetterUpper(letter))
            AddComplement(ranges);
        else
            AddRanges(ranges);
        return this;
    }

    /// <summary>Adds [:alpha:] or [:^alpha:]; false where there is no such class.</summary>
    public bool AddPosix(string name)
    {
        var isNegated = name.StartsWith('^');
        if (!Posix.TryGetValue(isNegated ? name[1..] : name, out var ranges))
            return false;
        if (isNegated)
            AddComplement(ranges);
        else
            AddRanges(ranges);
        return true;
    }

    /// <summary>Adds a general category such as L or Lu.</summary>
    public void AddCategory(string name, bool isNegated)
    {
        _categories.Append(isNegated ? "\\P{" : "\\p{").Append(name).Append('}');
        _hasNegatedCategory |= isNegated;
    }

    /// <param name="text">Receives the class.</param>
    /// <param name="isWide">Whether the text to match may have characters beyond U+FFFF.</param>
    public void Write(StringBuilder text, bool isWide)
    {
        var narrow = new StringBuilder();
        foreach (var (first, last) in _ranges.Where(r => r.First <= LastNarrow))
            Write(narrow, first, Math.Min(last, LastNarrow));
        narrow.Append(_categories);
        if (!isWide)
        {
            WriteNarrow(text, narrow, isWide);
            return;
        }

        text.Append("(?:");
        foreach (var (first, last) in WideRanges())
        {
            WritePairs(text, first, last);
            text.Append('|');
        }

        WriteNarrow(text, narrow, isWide);
        text.Append(')');
    }

    /// <summary>The part up to U+FFFF; in a wide text without the halves of what lies beyond.</summary>
    private void WriteNarrow(StringBuilder text, StringBuilder narrow, bool isWide)
    {
        if (narrow.Length == 0 && !IsNegated)
        {
            text.Append(@"[^\s\S]");
            return;
        }

        text.Append(IsNegated && narrow.Length > 0 ? "[^" : "[").Append(narrow.Length > 0 ? narrow : @"\s\S")
            .Append(isWide ? @"-[\uD800-\uDFFF]]" : "]");
    }

    /// <summary>The ranges beyond U+FFFF that belong to the class.</summary>
    private IEnumerable<(int First, int Last)> WideRanges()
    {
        var own = _ranges.Where(r => r.Last > LastNarrow).Select(r => (First: Math.Max(r.First, LastNarrow + 1), r.Last)).ToList();
        if (_hasNegatedCategory)
            own.Add((LastNarrow + 1, Last));
        if (!IsNegated)
        {
            foreach (var range in own)
                yield return range;
            yield break;
        }

        var next = LastNarrow + 1;
        foreach (var (first, last) in own.OrderBy(r => r.First))
        {
            if (first > next)
                yield return (next, first - 1);
            next = Math.Max(next, last + 1);
        }

        if (next <= Last)
            yield return (next, Last);
    }

    private void AddRanges(string pairs)
    {
        for (var i = 0; i < pairs.Length; i += 2)
            Add(pairs[i], pairs[i + 1]);
    }

    /// <param name="pairs">First and last of each range, ascending.</param>
    private void AddComplement(string pairs)
    {
        var next = 0;
        for (var i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i] > next)
                Add(next, pairs[i] - 1);
            next = pairs[i + 1] + 1;
        }

        Add(next, Last);
    }

    private static void Write(StringBuilder text, int first, int last)
    {
        Unit(text, first);
        if (last == first)
            return;
        text.Append('-');
        Unit(text, last);
    }

    private static void Unit(StringBuilder text, int unit) => text.Append(CultureInfo.InvariantCulture, $"\\u{unit:X4}");

    /// <summary>A range beyond U+FFFF as pairs of surrogates.</summary>
    private static void WritePairs(StringBuilder text, int first, int last)
    {
        var (high, low) = Surrogates(first);
        var (lastHigh, lastLow) = Surrogates(last);
        if (high == lastHigh)
        {
            Pair(text, high, high, low, lastLow);
            return;
        }

        Pair(text, high, high, low, 0xDFFF);
        text.Append('|');
        if (lastHigh - high > 1)
        {
            Pair(text, high + 1, lastHigh - 1, 0xDC00, 0xDFFF);
            text.Append('|');
        }

        Pair(text, lastHigh, lastHigh, 0xDC00, lastLow);
    }

    private static (int High, int Low) Surrogates(int codePoint) =>
        (0xD800 + ((codePoint - 0x10000) >> 10), 0xDC00 + ((codePoint - 0x10000) & 0x3FF));

    private static void Pair(StringBuilder text, int high, int lastHigh, int low, int lastLow)
    {
        text.Append('[');
        Write(text, high, lastHigh);
        text.Append("][");
        Write(text, low, lastLow);
        text.Append(']');
    }
}
