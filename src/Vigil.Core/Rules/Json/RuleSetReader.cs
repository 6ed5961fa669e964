using System.Text;
using System.Text.Json;
using Vigil.Core.Transactions;

namespace Vigil.Core.Rules.Json;

/// <summary>Reads a rule set from JSON, and finds again where in it a rule stands.</summary>
internal sealed class RuleSetReader
{
    private const int MaxDescription = 2_000;
    private const int MaxSays = 1_000;
    private const int MaxRule = 20_000;

    private const string SetName = "a rule set";

    private static readonly string[] SetFields = ["name", "description", "model", "points", "rules"];
    private static readonly string[] States = ["draft", "shadow", "active"];

    private readonly byte[] _utf8;
    private string? _rule;

    public RuleSetReader(string json)
    {
        if (json.Length > RuleSetJson.MaxLength)
            throw new RuleSetException($"The rule set is longer than {RuleSetJson.MaxLength:N0} characters.");
        _utf8 = Encoding.UTF8.GetBytes(json);
    }

    /// <summary>A lower-case letter, then up to 63 lower-case letters, digits and underscores.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 64 && char.IsAsciiLetterLower(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    public RuleSet Read(string json, string version)
    {
        var fields = new JsonFields(this, Parse(), SetName, SetFields);
        var name = fields.Text(fields.Get("name"), "name", 64);
        if (name.Length == 0)
            throw Error(fields.Get("name").Offset, "the rule set's name is empty");
        var list = fields.Get("rules");
        if (list.Kind != JsonValueKind.Array)
            throw Error(list.Offset, $"found {JsonFields.Kind(list)}, expected a list of rules: [ … ]");
        if (list.Items.Count > RuleSet.MaxRules)
            throw Error(list.Items[RuleSet.MaxRules].Offset, $"a rule set has at most {RuleSet.MaxRules:N0} rules; this one has {list.Items.Count:N0}");
        var names = new HashSet<string>(StringComparer.Ordinal);
        return new RuleSet(
            version, name, fields.Text("description", MaxDescription), Model(fields.Find("model")), Points(fields.Find("points")),
            [.. list.Items.Select(item => Rule(item, names))], json);
    }

    /// <summary>Everything that is wrong with a set, as far as one mistake does not hide another.</summary>
    /// <param name="compile">What is wrong with a rule's predicate, and with what it says (true).</param>
    /// <exception cref="RuleSetException">It is no rule set at all.</exception>
    public List<RuleSetException> Problems(Func<Rule, IEnumerable<(bool Says, Expressions.ExpressionException Inner)>> compile)
    {
        var problems = new List<RuleSetException>();
        var root = Parse();
        var fields = new JsonFields(this, root, SetName, SetFields);
        Try(problems, () => Model(fields.Find("model")));
        Try(problems, () => Points(fields.Find("points")));
        var items = fields.Find("rules") is { Kind: JsonValueKind.Array } list ? list.Items : [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            Rule? rule = null;
            Try(problems, () => rule = Rule(items[i], names));
            if (rule is not null)
                problems.AddRange(compile(rule).Select(p => Error(i, p.Says, p.Inner)));
        }

        return problems;
    }

    /// <summary>What is wrong with a rule's predicate or what it says, where that stands in the JSON.</summary>
    /// <param name="index">The rule's position.</param>
    /// <param name="says">Whether it is what the rule says, not its predicate.</param>
    /// <param name="inner">What is wrong, with its place in the expression.</param>
    public RuleSetException Error(int index, bool says, Expressions.ExpressionException inner)
    {
        var rules = Parse().Members.First(m => m.Key == "rules").Value;
        var members = rules.Items[index].Members;
        var name = members.First(m => m.Key == "name").Value.Text;
        var value = members.FirstOrDefault(m => m.Key == (says ? "says" : "rule")).Value;
        var start = 0;
        if (!says)
        {
            var parser = new ActionParser(value.Text);
            parser.Parse();
            start = parser.Offset;
        }

        var (line, column) = JsonValue.Place(_utf8, JsonValue.OffsetIn(_utf8, value?.Offset ?? 0, start + inner.Offset));
        var what = says ? $"what rule \"{name}\" says" : $"rule \"{name}\"";
        return new RuleSetException(
            $"line {line}, column {column} ({what}, line {inner.Line}, column {inner.Column} of the expression): {inner.Problem}",
            line, column, name, inner);
    }

    public RuleSetException Error(int offset, string problem)
    {
        var (line, column) = JsonValue.Place(_utf8, offset);
        return new RuleSetException(
            $"line {line}, column {column}{(_rule is null ? "" : $" (rule \"{_rule}\")")}: {problem}", line, column, _rule);
    }

    private static void Try(List<RuleSetException> problems, Action read)
    {
        try
        {
            read();
        }
        catch (RuleSetException e)
        {
            problems.Add(e);
        }
    }

    private JsonValue Parse()
    {
        try
        {
            return JsonValue.Parse(_utf8);
        }
        catch (JsonException e)
        {
            var (line, column) = JsonValue.Place(_utf8, JsonValue.OffsetOf(_utf8, e));
            throw new RuleSetException($"line {line}, column {column}: this is not JSON: {Problem(e)}", line, column, inner: e);
        }
    }

    // .NET adds the place at the end, in its own way.
    private static string Problem(JsonException e) =>
        e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];

    private Rule Rule(JsonValue item, HashSet<string> names)
    {
        _rule = null;
        var fields = new JsonFields(
            this, item, "a rule", "name", "rule", "says", "description", "owner", "state", "percent", "by", "expires", "override",
            "priority", "breaker");
        var name = fields.Text(fields.Get("name"), "name", 64);
        if (!IsName(name))
        {
            throw Error(
                fields.Get("name").Offset,
                $"\"{name}\" is no name of a rule: a lower-case letter, then up to 63 lower-case letters, digits and underscores");
        }

        if (!names.Add(name))
            throw Error(fields.Get("name").Offset, $"there are two rules \"{name}\"");
        _rule = name;
        var text = fields.Get("rule");
        var parser = new ActionParser(fields.Text(text, "rule", MaxRule));
        if (!parser.Parse())
            throw Error(JsonValue.OffsetIn(_utf8, text.Offset, parser.Offset), parser.Problem!);
        var action = parser.Action;
        var rule = new Rule(name, action, text.Text[parser.Offset..].TrimEnd())
        {
            Tag = parser.Tag,
            Points = parser.Points,
            Says = fields.Text("says", MaxSays, name),
            Description = fields.Text("description", MaxDescription),
            Owner = fields.Text("owner", 200),
            State = (RuleState)fields.Choice("state", States, (int)RuleState.Active),
            Percent = fields.Number("percent", 0, 100, 100),
            By = By(fields),
            Expires = fields.Time("expires"),
            Override = fields.Flag("override"),
            Priority = fields.Whole("priority", -1_000_000, 1_000_000, 0),
            Breaker = action == RuleAction.Block ? Breaker(fields.Find("breaker")) : null,
        };
        if (rule.Override && action is RuleAction.Tag or RuleAction.Score)
            throw Error(fields.Get("override").Offset, $"a rule that can override allows, reviews or blocks; this one is {rule.ActionText}");
        if (action != RuleAction.Block && fields.Find("breaker") is { } breaker)
            throw Error(breaker.Offset, $"only a rule that blocks has a breaker; this one is {rule.ActionText}");
        _rule = null;
        return rule;
    }

    private static Field By(JsonFields fields)
    {
        var known = Fields.All.Skip(1).ToArray();
        return (Field)(1 + fields.Choice("by", known, (int)Field.AccountId - 1));
    }

    private ModelPolicy Model(JsonValue? value)
    {
        if (value is null)
            return ModelPolicy.Default;
        var fields = new JsonFields(this, value, "model", "state", "block_share", "window", "least");
        var state = fields.Choice("state", ["shadow", "active"], 1) == 1 ? RuleState.Active : RuleState.Shadow;
        return new ModelPolicy(state, Breaker(fields, "block_share"));
    }

    private Breaker Breaker(JsonValue? value) => value is null
        ? Rules.Breaker.Default
        : Breaker(new JsonFields(this, value, "breaker", "share", "window", "least"), "share");

    private static Breaker Breaker(JsonFields fields, string share) => new(
        fields.Number(share, 0.000_001, 1, Rules.Breaker.Default.Share),
        fields.Span("window", 60 * Timestamp.Second, Timestamp.Day, Rules.Breaker.Default.Window),
        fields.Whole("least", 1, 1_000_000_000, Rules.Breaker.Default.Least));

    private PointThresholds? Points(JsonValue? value)
    {
        if (value is null)
            return null;
        var fields = new JsonFields(this, value, "points", "review", "block");
        var review = fields.Whole("review", 1, PointThresholds.Never, PointThresholds.Never);
        var block = fields.Whole("block", 1, PointThresholds.Never, PointThresholds.Never);
        return block >= review
            ? new PointThresholds(review, block)
            : throw Error(fields.Get("block").Offset, $"points block from {block} on, which is below the {review} they are reviewed from");
    }
}
