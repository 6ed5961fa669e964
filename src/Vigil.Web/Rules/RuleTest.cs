using System.Text;
using System.Text.Json;
using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Web.Rules;

/// <summary>One try of rules: an engine of its own, fed with a history.</summary>
internal sealed class RuleTest(RuleProgram program, EngineView view, Store store)
{
    private const string AttributePrefix = "attributes.";

    private readonly DecisionEngine _engine = new(view.Features);
    private readonly Dictionary<string, int> _features =
        view.Features.Names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);

    /// <summary>Decides all transactions, and explains the last.</summary>
    public RulesTested Run(IReadOnlyList<Transaction> transactions)
    {
        _engine.UseRules(program);
        _engine.AddColdWindows();
        _engine.UseModel(view.Model, view.Thresholds);
        FillLists();
        var decision = _engine.NewDecision();
        for (var i = 0; i < transactions.Count; i++)
        {
            // The history is all there is: what is cold has no record.
            for (var cold = _engine.FindCold(transactions[i]); cold >= 0; cold = _engine.FindCold(transactions[i], cold + 1))
                _engine.Warm(cold, transactions[i]);
            _engine.Decide(transactions[i], i + 1, decision);
        }

        var tested = transactions[^1];
        var set = program.RuleSet;
        return new RulesTested(
            Encoding.UTF8.GetString(tested[Field.TransactionId]), decision.Outcome,
            float.IsNaN(decision.Score) ? null : decision.Score,
            decision.Reason.IsEmpty ? null : Encoding.UTF8.GetString(decision.Reason), set.TagsOf(decision.Matched),
            set.PointsOf(decision.Matched),
            [
                .. Enumerable.Range(0, set.Rules.Count).Select(i => new RuleTested(
                    set.Rules[i].Name, set.Rules[i].Text, Result(set.Rules[i], i, decision, tested.Time), Facts(i, tested, decision))),
            ]);
    }

    private static RuleTestResult Result(Rule rule, int index, Decision decision, long time)
    {
        if (rule.State == RuleState.Draft || rule.Expires is { } expires && time >= expires)
            return RuleTestResult.NotEvaluated;
        return decision.Matched[index] ? RuleTestResult.Matched
            : decision.Shadowed[index] ? RuleTestResult.Shadowed
            : decision.Missing[index] ? RuleTestResult.Missing
            : RuleTestResult.NotMatched;
    }

    private void FillLists()
    {
        // Snoozes too: they are part of what a match comes to.
        var names = program.Lists.Concat(program.RuleSet.Rules.Select(rule => ListCatalog.SnoozePrefix + rule.Name));
        long id = 0;
        foreach (var name in names)
        {
            if (store.Lists.Find(name) is not { } list)
                continue;
            // Expiry is by the event time of the transaction, so what has expired by now counts for one of the past.
            foreach (var entry in store.Lists.Export(name, long.MinValue))
                _engine.Lists.Apply(new ListChange(++id, name, list.Type, Encoding.UTF8.GetBytes(entry.Value), true, entry.ExpiresAt));
        }
    }

    private OrderedDictionary<string, JsonElement?> Facts(int rule, Transaction transaction, Decision decision)
    {
        var facts = new OrderedDictionary<string, JsonElement?>(StringComparer.Ordinal);
        foreach (var name in program.Summaries[rule].Facts)
            facts.TryAdd(name, Fact(name, transaction, decision));
        foreach (var aggregate in program.Summaries[rule].Aggregates)
        {
            var isKept = program.Aggregates.Contains(aggregate);
            facts.TryAdd(AggregateText.Of(aggregate), isKept ? Number(_engine.ValueOf(aggregate)) : null);
        }

        return facts;
    }

    private JsonElement? Fact(string name, Transaction transaction, Decision decision)
    {
        if (name == "amount")
            return JsonSerializer.SerializeToElement(transaction.Amount.ToDecimal(), ApiJson.Default.Decimal);
        if (name == "score")
            return Number(decision.Score);
        if (name == "timestamp")
            return Text(Encoding.UTF8.GetBytes(Timestamp.Format(transaction.Time)));
        if (Fields.TryParse(name, out var field))
            return Text(transaction[field]);
        if (_features.TryGetValue(name, out var feature))
            return Number(decision.Features[feature]);
        return name.StartsWith(AttributePrefix, StringComparison.Ordinal)
            && transaction.FindAttribute(Encoding.UTF8.GetBytes(name[AttributePrefix.Length..])) is var at && at >= 0
            ? Attribute(transaction, at) : null;
    }

    private static JsonElement? Attribute(Transaction transaction, int index) => transaction.KindOf(index) == AttributeKind.Text
        ? Text(transaction.AttributeText(index))
        : JsonElement.Parse(Encoding.UTF8.GetString(transaction.AttributeText(index)));

    private static JsonElement? Text(ReadOnlySpan<byte> utf8) => utf8.IsEmpty
        ? null : JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(utf8), ApiJson.Default.String);

    private static JsonElement? Number(double value) =>
        double.IsFinite(value) ? JsonSerializer.SerializeToElement(value, ApiJson.Default.Double) : null;
}
