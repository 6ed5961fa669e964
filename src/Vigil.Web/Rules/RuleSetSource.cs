using System.Text.Json;
using Vigil.Core.Rules;
using Vigil.Storage.Lists;
using Vigil.Storage.Rules;
using Vigil.Web.Problems;

namespace Vigil.Web.Rules;

/// <summary>Rule sets as they are sent: parsed, compiled for what decides now, or the problem that answers them.</summary>
internal sealed class RuleSetSource(Func<EngineView>? engine, RuleSetStore rules, ListStore lists)
{
    /// <summary>Largest body that holds a rule set, in bytes.</summary>
    public const int MaxBody = 8 * 1024 * 1024;

    private static readonly JsonDocumentOptions Lenient =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>What decides now.</summary>
    public EngineView? Engine => engine?.Invoke();

    public static ProblemResult NotYet { get; } = new(ProblemKind.Unavailable, "The service is still starting: what decides is not known yet.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    /// <summary>Compiles a rule set.</summary>
    /// <param name="text">Its JSON, with what stands before it as white space.</param>
    /// <param name="version">The version it is to have; empty for none.</param>
    /// <param name="prefix">What its fields are in, such as <c>rule_set.</c>; empty where the body is the rule set.</param>
    public (RuleProgram? Program, ProblemResult? Problem) Compile(string text, string version, string prefix)
    {
        if (Engine is not { } view)
            return (null, NotYet);
        var check = RuleSetCheck.Run(text, view.Features, version);
        if (check.Program is not { } program)
            return (null, Problem(check.Problems, text, prefix));
        if (MissingList(program) is { } name)
        {
            var at = Field(prefix, IndexOfList(program, name));
            return (null, ProblemResult.Invalid(new FieldError(at, NoList(name))));
        }

        // Once more for the content as it is stored: without the white space that kept its place in the body.
        return (text == text.Trim() ? program : RuleProgram.Compile(RuleSetJson.Parse(text.Trim(), version), view.Features), null);
    }

    /// <summary>Whether a stored version can decide with the features of today; null where it can.</summary>
    public ProblemResult? CompileStored(StoredRuleSet set)
    {
        if (Engine is not { } view)
            return NotYet;
        try
        {
            RuleProgram.Compile(RuleSetJson.Parse(set.Content, ""), view.Features);
            return null;
        }
        catch (RuleSetException e)
        {
            return new ProblemResult(
                ProblemKind.Conflict, $"Version {set.Version} cannot decide with the features of {view.Features.Name}: {e.Message}");
        }
    }

    /// <summary>The version that a request names, or the problem where there is none.</summary>
    public (StoredRuleSet? Set, ProblemResult? Problem) Stored(int version) => rules.Find(version) is { } set
        ? (set, null) : (null, new ProblemResult(ProblemKind.NotFound, $"There is no version {version} of the rules."));

    private string? MissingList(RuleProgram program)
    {
        foreach (var name in program.Lists)
        {
            if (lists.Find(name) is null)
                return name;
        }

        return null;
    }

    private static int? IndexOfList(RuleProgram program, string name)
    {
        for (var i = 0; i < program.Summaries.Count; i++)
        {
            if (program.Summaries[i].Lists.Contains(name))
                return i;
        }

        return null;
    }

    private string NoList(string name)
    {
        var near = lists.List().Where(list => !list.IsReserved).Select(list => list.Name)
            .MinBy(other => Distance(name, other));
        var hint = near is not null && Distance(name, near) <= 2 ? $"; did you mean {near}?" : "";
        return $"asks for the list {name}, which does not exist{hint} (PUT /api/v1/lists/{name} makes it)";
    }

    private static ProblemResult Problem(IReadOnlyList<RuleSetException> problems, string text, string prefix)
    {
        const int most = 100;
        var errors = problems.Take(most).Select(e => new FieldError(Field(prefix, IndexOf(text, e.Rule)), e.Message)
        {
            Line = e.Line > 0 ? e.Line : null,
            Column = e.Column > 0 ? e.Column : null,
        }).ToArray();
        return new ProblemResult(ProblemKind.InvalidField, string.Join(" ", errors.Take(3).Select(e => e.Reason)))
        {
            Errors = errors,
        };
    }

    private static string Field(string prefix, int? rule) => rule is { } index ? $"{prefix}rules[{index}].rule"
        : prefix.Length > 0 ? prefix.TrimEnd('.')
        : "rule_set";

    private static int? IndexOf(string text, string? rule)
    {
        if (rule is null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            var found = 0;
            foreach (var element in document.RootElement.GetProperty("rules").EnumerateArray())
            {
                if (element.TryGetProperty("name", out var name) && name.GetString() == rule)
                    return found;
                found++;
            }

            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Not even a list of rules: the whole is at fault.
            return null;
        }
    }

    /// <summary>Levenshtein distance (V. I. Levenshtein, 1966).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }

        return row[b.Length];
    }
}
