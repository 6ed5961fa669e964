using System.Text;

namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>
/// Regular expressions as RE2 reads them, in the part that the generator writes: literals, ., classes, \d \w \s \b and
/// their opposites, groups, |, * + ? {n,m}, ^ $, (?i). Matching follows the set of positions that the pattern can reach.
/// </summary>
internal sealed class OracleRegex
{
    private delegate HashSet<int> Step(IReadOnlyList<Rune> text, HashSet<int> from);

    private readonly List<Rune> _pattern;
    private int _next;
    private bool _ignoreCase;

    private OracleRegex(string pattern) => _pattern = [.. pattern.EnumerateRunes()];

    /// <returns>Whether some part of the text matches; null where the pattern is none.</returns>
    public static bool? IsMatch(string text, string pattern)
    {
        var regex = new OracleRegex(pattern);
        try
        {
            var step = regex.Alternatives();
            if (regex._next < regex._pattern.Count)
                return null;
            List<Rune> runes = [.. text.EnumerateRunes()];
            return step(runes, [.. Enumerable.Range(0, runes.Count + 1)]).Count > 0;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private char Peek => _next < _pattern.Count && _pattern[_next].Value < 128 ? (char)_pattern[_next].Value : '\0';

    private bool Take(string symbols)
    {
        for (var i = 0; i < symbols.Length; i++)
        {
            if (_next + i >= _pattern.Count || _pattern[_next + i].Value != symbols[i])
                return false;
        }

        _next += symbols.Length;
        return true;
    }

    private Rune Any() => _next < _pattern.Count ? _pattern[_next++] : throw new FormatException("the pattern ends here");

    private Step Alternatives()
    {
        var all = new List<Step> { Sequence() };
        while (Take("|"))
            all.Add(Sequence());
        return (text, from) => [.. all.SelectMany(step => step(text, from))];
    }

    private Step Sequence()
    {
        var steps = new List<Step>();
        while (_next < _pattern.Count && Peek is not ('|' or ')'))
            steps.Add(Repeated());
        return (text, from) => steps.Aggregate(from, (reached, step) => step(text, reached));
    }

    private Step Repeated()
    {
        var step = Single();
        while (true)
        {
            if (Take("*"))
                step = Repeat(step, 0, int.MaxValue);
            else if (Take("+"))
                step = Repeat(step, 1, int.MaxValue);
            else if (Take("?"))
                step = Repeat(step, 0, 1);
            else if (Take("{"))
                step = Counted(step);
            else
                return step;
            // A lazy quantifier finds another match, not another answer to whether there is one.
            Take("?");
        }
    }

    private Step Counted(Step step)
    {
        var least = Digits();
        var most = least;
        if (Take(","))
            most = Peek == '}' ? int.MaxValue : Digits();
        return Take("}") && least <= most ? Repeat(step, least, most) : throw new FormatException("a bad count");
    }

    private int Digits()
    {
        var start = _next;
        while (char.IsAsciiDigit(Peek))
            _next++;
        return int.Parse(string.Concat(_pattern[start.._next]), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Step Repeat(Step step, int least, int most) => (text, from) =>
    {
        var reached = from;
        for (var i = 0; i < least; i++)
            reached = step(text, reached);
        HashSet<int> all = [.. reached];
        for (var i = least; i < most && reached.Count > 0; i++)
        {
            reached = [.. step(text, reached).Where(p => !all.Contains(p))];
            all.UnionWith(reached);
        }

        return all;
    };

    private Step Single()
    {
        var ignoreCase = _ignoreCase;
        if (Take("(?i)"))
        {
            _ignoreCase = true;
            return (_, from) => from;
        }

        if (Take("(?:") || Take("("))
        {
            var inner = Alternatives();
            _ignoreCase = ignoreCase;
            return Take(")") ? inner : throw new FormatException("an open group");
        }

        if (Take("^"))
            return (_, from) => [.. from.Where(p => p == 0)];
        if (Take("$"))
            return (text, from) => [.. from.Where(p => p == text.Count)];
        if (Take("."))
            return One(r => r.Value != '\n');
        if (Take("\\b"))
            return (text, from) => [.. from.Where(p => AtBoundary(text, p))];
        if (Take("\\B"))
            return (text, from) => [.. from.Where(p => !AtBoundary(text, p))];
        if (Take("["))
            return One(Class());
        if (Peek is '*' or '+' or '?' or '{' or ')')
            throw new FormatException("nothing to repeat");
        return One(Take("\\") ? Escape() : Is(Any()));
    }

    private static bool AtBoundary(IReadOnlyList<Rune> text, int p) =>
        (p > 0 && IsWord(text[p - 1])) != (p < text.Count && IsWord(text[p]));

    private static bool IsWord(Rune r) => r.IsAscii && (char.IsAsciiLetterOrDigit((char)r.Value) || r.Value == '_');

    private static Step One(Func<Rune, bool> fits) =>
        (text, from) => [.. from.Where(p => p < text.Count && fits(text[p])).Select(p => p + 1)];

    private Func<Rune, bool> Is(Rune wanted)
    {
        if (!_ignoreCase)
            return r => r == wanted;
        return r => Rune.ToLowerInvariant(r) == Rune.ToLowerInvariant(wanted);
    }

    private Func<Rune, bool> Escape()
    {
        var c = Any();
        return (char)c.Value switch
        {
            'd' => r => r.IsAscii && char.IsAsciiDigit((char)r.Value),
            'D' => r => !(r.IsAscii && char.IsAsciiDigit((char)r.Value)),
            'w' => IsWord,
            'W' => r => !IsWord(r),
            's' => r => r.Value is ' ' or '\t' or '\n' or '\f' or '\r',
            'S' => r => r.Value is not (' ' or '\t' or '\n' or '\f' or '\r'),
            'n' => Is(new Rune('\n')),
            't' => Is(new Rune('\t')),
            _ when c.IsAscii && !char.IsAsciiLetterOrDigit((char)c.Value) => Is(c),
            _ => throw new FormatException("an unknown escape"),
        };
    }

    private Func<Rune, bool> Class()
    {
        var negated = Take("^");
        var fits = new List<Func<Rune, bool>>();
        do
        {
            if (Take("\\"))
            {
                fits.Add(Escape());
                continue;
            }

            var first = Any();
            if (Peek == '-' && _next + 1 < _pattern.Count && _pattern[_next + 1].Value != ']')
            {
                _next++;
                var last = Any();
                fits.Add(last >= first ? Range(first, last) : throw new FormatException("a bad range"));
            }
            else
            {
                fits.Add(Is(first));
            }
        }
        while (!Take("]"));
        return r => fits.Any(f => f(r)) != negated;
    }

    private Func<Rune, bool> Range(Rune first, Rune last)
    {
        if (!_ignoreCase)
            return r => r >= first && r <= last;
        return r => new[] { r, Rune.ToLowerInvariant(r), Rune.ToUpperInvariant(r) }.Any(x => x >= first && x <= last);
    }
}
