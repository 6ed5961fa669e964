using Vigil.Core.Transactions;

namespace Vigil.Core.Expressions.Compilation;

/// <summary>Comparisons of a text field with literals, without making values of them. Missing where the field is empty.</summary>
internal static class TextFacts
{
    public static int Equal(Row row, Field field, byte[] literal)
    {
        var text = row.Transaction[field];
        return text.SequenceEqual(literal) ? Truth.True : text.IsEmpty ? Truth.Missing : Truth.False;
    }

    public static int Differ(Row row, Field field, byte[] literal)
    {
        var text = row.Transaction[field];
        return text.SequenceEqual(literal) ? Truth.False : text.IsEmpty ? Truth.Missing : Truth.True;
    }

    public static int StartsWith(Row row, Field field, byte[] literal)
    {
        var text = row.Transaction[field];
        return text.IsEmpty ? Truth.Missing : Of(text.StartsWith(literal));
    }

    public static int EndsWith(Row row, Field field, byte[] literal)
    {
        var text = row.Transaction[field];
        return text.IsEmpty ? Truth.Missing : Of(text.EndsWith(literal));
    }

    public static int Contains(Row row, Field field, byte[] literal)
    {
        var text = row.Transaction[field];
        return text.IsEmpty ? Truth.Missing : Of(text.IndexOf(literal) >= 0);
    }

    public static int In(Row row, Field field, TextSet set)
    {
        var text = row.Transaction[field];
        return text.IsEmpty ? Truth.Missing : Of(set.Contains(text));
    }

    private static int Of(bool truth) => truth ? Truth.True : Truth.False;
}
