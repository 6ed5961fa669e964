namespace Vigil.Core.Rules;

/// <summary>A rule set that cannot be used: says which rule, where and what to do.</summary>
public sealed class RuleSetException : Exception
{
    /// <param name="message">What is wrong, the place included.</param>
    /// <param name="line">Line of the JSON, from 1; 0 where no place is to blame.</param>
    /// <param name="column">Column of the JSON, from 1, in UTF-16 units; 0 where no place is to blame.</param>
    /// <param name="rule">The rule's name, where one is to blame.</param>
    /// <param name="inner">The cause.</param>
    public RuleSetException(string message, int line = 0, int column = 0, string? rule = null, Exception? inner = null)
        : base(message, inner) => (Line, Column, Rule) = (line, column, rule);

    public int Line { get; }

    public int Column { get; }

    public string? Rule { get; }
}
