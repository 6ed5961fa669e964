using System.Globalization;
using Vigil.Core.Features;
using Vigil.Core.Rules;

namespace Vigil.Cli.Host.Rules;

/// <summary>Checks rule sets and points at what is wrong.</summary>
internal static class RuleChecks
{
    private const int WidestLine = 100;

    /// <summary>The set compiled; everything that is wrong with it goes to standard error.</summary>
    /// <exception cref="CommandException">Something is wrong.</exception>
    public static RuleProgram Require(RuleSource source, FeatureSet features)
    {
        var check = RuleSetCheck.Run(source.Json, features, source.Version);
        if (check.Program is { } program)
            return program;
        WriteProblems(source, check.Problems);
        throw new CommandException(Summary(source, check.Problems.Count), ExitCode.Incomplete);
    }

    public static string Summary(RuleSource source, int problems) => string.Create(
        CultureInfo.InvariantCulture, $"{source.Name} has {problems} mistake{(problems == 1 ? "" : "s")}; nothing was done");

    /// <summary>Each mistake with the line that it is in and a mark below the place.</summary>
    public static void WriteProblems(RuleSource source, IReadOnlyList<RuleSetException> problems)
    {
        var lines = source.Json.Split('\n');
        foreach (var problem in problems)
        {
            Console.Error.WriteLine($"{source.Name}, {problem.Message}");
            if (problem.Line < 1 || problem.Line > lines.Length)
                continue;
            var (text, mark) = Excerpt(lines[problem.Line - 1].TrimEnd('\r').Replace('\t', ' '), problem.Column - 1);
            Console.Error.WriteLine($"    {text}");
            Console.Error.WriteLine($"    {new string(' ', mark)}^");
        }
    }

    /// <summary>A part of a long line around a place.</summary>
    private static (string Text, int Mark) Excerpt(string line, int at)
    {
        at = Math.Clamp(at, 0, line.Length);
        if (line.Length <= WidestLine)
            return (line, at);
        var from = Math.Clamp(at - WidestLine / 2, 0, line.Length - WidestLine);
        var (before, after) = (from > 0 ? "…" : "", from + WidestLine < line.Length ? "…" : "");
        return (string.Concat(before, line.AsSpan(from, WidestLine), after), at - from + before.Length);
    }
}
