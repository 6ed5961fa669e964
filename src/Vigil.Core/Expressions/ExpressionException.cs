namespace Vigil.Core.Expressions;

/// <summary>An expression that cannot be compiled: says where, what was found and what was expected.</summary>
public sealed class ExpressionException : Exception
{
    /// <param name="source">The whole text.</param>
    /// <param name="offset">Where in it, from 0.</param>
    /// <param name="problem">What is wrong and what to do.</param>
    public ExpressionException(string source, int offset, string problem)
        : base(Describe(source, offset, problem, out var line, out var column))
    {
        Line = line;
        Column = column;
        Offset = offset;
        Problem = problem;
    }

    /// <summary>Where in the text, from 0.</summary>
    public int Offset { get; }

    /// <summary>The message without the place.</summary>
    public string Problem { get; }

    /// <summary>From 1.</summary>
    public int Line { get; }

    /// <summary>From 1, in UTF-16 units.</summary>
    public int Column { get; }

    private static string Describe(string source, int offset, string problem, out int line, out int column)
    {
        ArgumentNullException.ThrowIfNull(source);
        var before = source.AsSpan(0, Math.Min(offset, source.Length));
        line = before.Count('\n') + 1;
        column = before.Length - (before.LastIndexOf('\n') + 1) + 1;
        return $"line {line}, column {column}: {problem}";
    }
}
