using System.Text;
using Vigil.Core.Expressions.Patterns;

namespace Vigil.Core.Expressions.Values;

/// <summary>startsWith, endsWith, contains and matches, and the size of a text.</summary>
internal static class TextFunctions
{
    public static int StartsWith(Value text, Value part) =>
        AreTexts(text, part, out var error) ? Of(text.Octets.StartsWith(part.Octets)) : error;

    public static int EndsWith(Value text, Value part) =>
        AreTexts(text, part, out var error) ? Of(text.Octets.EndsWith(part.Octets)) : error;

    public static int Contains(Value text, Value part) =>
        AreTexts(text, part, out var error) ? Of(text.Octets.IndexOf(part.Octets) >= 0) : error;

    /// <summary>With a pattern that is known only now; one that is a literal is compiled once.</summary>
    public static Value Matches(Value text, Value pattern)
    {
        if (!AreTexts(text, pattern, out _))
            return text.IsError ? text : pattern.IsError ? pattern : Errors.NoOverload;
        return Pattern.TryCompile(Encoding.UTF8.GetString(pattern.Octets), out var compiled, out _)
            ? Value.Of(compiled.IsMatch(text.Octets))
            : Errors.BadPattern;
    }

    public static int MatchesPattern(Value text, Pattern pattern) =>
        text.Kind == ValueKind.Text ? Of(pattern.IsMatch(text.Octets)) : Truths.Error(text.IsError ? text : Errors.NoOverload, text);

    /// <summary>Code points: every octet but those that continue one.</summary>
    public static int CountCodePoints(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var octet in utf8)
        {
            if ((octet & 0xC0) != 0x80)
                count++;
        }

        return count;
    }

    private static bool AreTexts(in Value a, in Value b, out int error)
    {
        error = a.IsError || b.IsError ? Truths.Error(a, b) : Truth.Failed;
        return a.Kind == ValueKind.Text && b.Kind == ValueKind.Text;
    }

    private static int Of(bool truth) => truth ? Truth.True : Truth.False;
}
