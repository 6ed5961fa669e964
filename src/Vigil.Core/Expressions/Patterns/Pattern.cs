using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Vigil.Core.Expressions.Patterns;

/// <summary>
/// A regular expression in RE2's syntax (github.com/google/re2/wiki/Syntax), on .NET's non-backtracking engine: time is
/// linear in the length of the text, whatever the pattern. A match anywhere in the text counts.
/// </summary>
/// <remarks>
/// Differs from RE2 in two things: \b takes letters beyond ASCII for letters of a word, and Unicode scripts and
/// \p-classes of characters beyond U+FFFF are not known.
/// </remarks>
internal sealed class Pattern
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly string _source;
    private readonly Regex _narrow;
    private Regex? _wide;

    private Pattern(string source, Regex narrow) => (_source, _narrow) = (source, narrow);

    /// <summary>Compiles a pattern.</summary>
    /// <param name="source">In RE2's syntax.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="problem">What is wrong with it; empty on success.</param>
    public static bool TryCompile(string source, out Pattern pattern, out string problem)
    {
        pattern = null!;
        if (!PatternTranslator.TryTranslate(source, isWide: false, out var translated, out problem))
            return false;
        try
        {
            pattern = new Pattern(source, new Regex(translated, Options));
            return true;
        }
        catch (RegexParseException e)
        {
            problem = $"the pattern is no regular expression: {e.Message}";
        }
        catch (NotSupportedException)
        {
            problem = "the pattern is too large: repeat less";
        }

        return false;
    }

    /// <summary>Whether the text has a match.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    public bool IsMatch(ReadOnlySpan<byte> utf8)
    {
        var rented = utf8.Length <= 512 ? null : ArrayPool<char>.Shared.Rent(utf8.Length);
        var text = rented is null ? stackalloc char[512] : rented;
        text = text[..Encoding.UTF8.GetChars(utf8, text)];
        var isMatch = (text.ContainsAnyInRange('\uD800', '\uDFFF') ? Wide() : _narrow).IsMatch(text);
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
        return isMatch;
    }

    /// <summary>For texts with characters beyond U+FFFF, which .NET keeps as two units. Two threads may both make it.</summary>
    private Regex Wide()
    {
        if (_wide is null)
        {
            _ = PatternTranslator.TryTranslate(_source, isWide: true, out var translated, out _);
            _wide = new Regex(translated, Options);
        }

        return _wide;
    }
}
