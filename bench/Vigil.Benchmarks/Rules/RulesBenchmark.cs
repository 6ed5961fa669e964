using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Vigil.Core.Decisions;
using Vigil.Core.Expressions;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Core.Transactions;

namespace Vigil.Benchmarks.Rules;

/// <summary>What a hundred rules cost on one core, beside the same hundred written in C#; before that, whether they agree.</summary>
internal static class RulesBenchmark
{
    private const int Payments = 512;
    private const int Rounds = 15;
    private const int SetsPerRound = 100_000;

    public static int Run()
    {
        var program = RuleProgram.Compile(
            RuleSet.Of("1", [.. TypicalRules.All.Select((r, i) => new Rule($"rule_{i}", RuleAction.Review, r.Rule) { State = RuleState.Shadow })]),
            FeatureSets.Load("default"));
        var binding = Bind(program);
        var rows = Enumerable.Range(0, Payments).Select(i => NewRow(new Random(i), program, binding)).ToArray();
        Func<Row, int>[] compiled = [.. program.Conditions.Select(c => c!)];
        Func<Row, int>[] native = [.. TypicalRules.All.Select(r => r.Native)];
        var (matches, missing) = Compare(compiled, native, rows);
        var judge = new RuleJudge();
        var decision = new Decision(program.FeatureSet.Features.Count);
        var thresholds = new Thresholds(0.5, 0.95);
        var watches = new List<double>[] { [], [], [] };
        var allocated = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            var (time, bytes) = Time(compiled, rows);
            watches[0].Add(time);
            allocated = bytes;
            watches[1].Add(Time(native, rows).Nanoseconds);
            var (judged, judgeBytes) = Time(judge, binding, thresholds, decision, rows);
            watches[2].Add(judged);
            allocated += judgeBytes;
        }

        var medians = watches.Select(Median).ToArray();
        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Console.WriteLine($"{compiled.Length} rules, {Payments} payments; of the answers {matches:P0} true, {missing:P0} missing; median of {Rounds} rounds of {SetsPerRound:N0} sets.");
        Console.WriteLine();
        Console.WriteLine("| a set of 100 rules | ns | ratio | bytes allocated |");
        Console.WriteLine("|---|---:|---:|---:|");
        Console.WriteLine(Line("hand-written C#", medians[1], medians, 0));
        Console.WriteLine(Line("compiled rules", medians[0], medians, allocated));
        Console.WriteLine(Line("judged by the engine (compiled rules, states, results, outcome)", medians[2], medians, allocated));
        return 0;
    }

    /// <summary>Nanoseconds of each rule, the dearest first: where the time goes.</summary>
    public static int RunEach()
    {
        var program = RuleProgram.Compile(
            RuleSet.Of("1", [.. TypicalRules.All.Select((r, i) => new Rule($"rule_{i}", RuleAction.Review, r.Rule))]), FeatureSets.Load("default"));
        var binding = Bind(program);
        var rows = Enumerable.Range(0, Payments).Select(i => NewRow(new Random(i), program, binding)).ToArray();
        Console.WriteLine("| rule | compiled, ns | C#, ns |");
        Console.WriteLine("|---|---:|---:|");
        foreach (var (rule, ours, theirs) in TypicalRules.All.Select((r, i) =>
            (r.Rule, Enumerable.Range(0, 5).Min(_ => Time([program.Conditions[i]!], rows).Nanoseconds), Enumerable.Range(0, 5).Min(_ => Time([r.Native], rows).Nanoseconds)))
            .OrderByDescending(r => r.Item2 - r.Item3))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| `{rule.Replace("|", "\\|", StringComparison.Ordinal)}` | {ours:N1} | {theirs:N1} |"));
        return 0;
    }

    private static string Line(string what, double time, double[] medians, long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"| {what} | {time:N0} | {time / medians[1]:N2} | {bytes:N0} |");

    private static (double Nanoseconds, long Bytes) Time(Func<Row, int>[] conditions, Row[] rows)
    {
        var sum = 0;
        var sets = SetsPerRound * (conditions.Length == 1 ? 10 : 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < sets; i++)
        {
            var row = rows[i % Payments];
            foreach (var condition in conditions)
                sum += condition(row);
        }

        var time = Stopwatch.GetElapsedTime(start).TotalNanoseconds / sets;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(sum);
        return (time, bytes);
    }

    private static (double Nanoseconds, long Bytes) Time(RuleJudge judge, RuleBinding binding, Thresholds thresholds, Decision decision, Row[] rows)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < SetsPerRound; i++)
        {
            decision.Clear();
            judge.Judge(binding, rows[i % Payments], thresholds, decision);
        }

        return (Stopwatch.GetElapsedTime(start).TotalNanoseconds / SetsPerRound, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static (double Matches, double Missing) Compare(Func<Row, int>[] compiled, Func<Row, int>[] native, Row[] rows)
    {
        int matches = 0, missing = 0;
        foreach (var row in rows)
        {
            for (var i = 0; i < compiled.Length; i++)
            {
                var (ours, theirs) = (compiled[i](row), native[i](row));
                if (ours != theirs)
                    throw new InvalidOperationException($"{TypicalRules.All[i].Rule} is {ours}, by hand {theirs}");
                matches += ours == Truth.True ? 1 : 0;
                missing += ours == Truth.Missing ? 1 : 0;
            }
        }

        return (matches / (double)(rows.Length * compiled.Length), missing / (double)(rows.Length * compiled.Length));
    }

    private static RuleBinding Bind(RuleProgram program)
    {
        var lists = new ListCatalog();
        var random = new Random(1);
        long id = 0;
        foreach (var name in program.Lists)
        {
            for (var i = 0; i < 1_000; i++)
                lists.Apply(new ListChange(++id, name, name.EndsWith("ips", StringComparison.Ordinal) ? ListType.Ip : ListType.Text, Encoding.UTF8.GetBytes($"10.{i % 256}.{i / 256}.{random.Next(256)}"), added: true));
        }

        if (!program.Lists.SequenceEqual(TypicalRules.Lists))
            throw new InvalidOperationException("The lists are numbered otherwise than by hand.");
        return new RuleBinding(
            program, [.. Enumerable.Range(0, program.Aggregates.Count)], [.. program.Aggregates.Select(a => new RuleWindow(a, long.MinValue))],
            program.Aggregates.Count, lists);
    }

    private static Row NewRow(Random random, RuleProgram program, RuleBinding binding)
    {
        var transaction = new Transaction();
        var json = Encoding.UTF8.GetBytes(Document(random));
        if (!TransactionJson.TryDecode(json, transaction, out var rejection))
            throw new InvalidDataException(rejection.ToString());
        var row = new Row(transaction, program.Aggregates.Count + 1, program.FeatureSet.Features.Count)
        {
            Score = random.NextDouble(),
            Lists = binding.Lists,
        };
        for (var i = 0; i < row.Features.Length; i++)
            row.Features[i] = random.Next(10) == 0 ? float.NaN : (float)(random.NextDouble() * random.Next(1, 50));
        for (var i = 0; i < program.Aggregates.Count; i++)
            row.Aggregates[i] = random.Next(10) == 0 ? double.NaN : random.Next(1 << random.Next(1, 12));
        row.Slots = binding.SlotsAt(transaction.Time);
        return row;
    }

    private static string Document(Random random)
    {
        var text = new StringBuilder($"{{\"transaction_id\":\"t\",\"timestamp\":\"2026-03-{random.Next(1, 29):00}T{random.Next(24):00}:10:00Z\",\"amount\":{random.Next(1 << random.Next(3, 14))}");
        void Add(string name, params string[] values)
        {
            if (name == "account_id" || random.Next(8) != 0)
                text.Append($",\"{name}\":{JsonSerializer.Serialize(values[random.Next(values.Length)])}");
        }

        Add("account_id", "acc-10293", "tmp-1", "acc-77");
        Add("currency", "EUR", "CHF", "USD");
        Add("merchant_category", "Gambling", "Groceries", "Electronics", "Crypto", "Travel", "Restaurants");
        Add("merchant_id", "m-1029", "TEST-1", "m-887");
        Add("location", "Zurich", "Bern", "Lagos");
        Add("country", "CH", "DE", "NG", "US", "FR");
        Add("card_id", "4111-1111-1111-0001", "5500-0000-0000-0004", "3400-000");
        Add("device_id", "emulator-5554", "a81bc81b-dead-4e5d", "root-1", "pixel");
        Add("ip", "10.0.0.17", "192.168.1.9", "2001:db8::1");
        Add("email", "jane.doe@example.com", "ab12345@mailinator.com", "x+test@mail.ru", "admin@corp.example");
        Add("channel", "web", "app", "api", "phone");
        Add("shipping", "express", "standard");
        Add("agent", "curl/8.0", "Mozilla/5.0");
        if (random.Next(8) != 0)
            text.Append($",\"items\":{random.Next(80)}");
        return text.Append('}').ToString();
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
