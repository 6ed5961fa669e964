using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Core;
using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil features</c>: looks at feature sets, checks one's own, and computes vectors outside of the service.</summary>
internal static class FeaturesCommand
{
    public static Command Create() => new("features", "List, show, check and compute feature sets") { List(), Show(), Check(), Compute() };

    private static Command List()
    {
        var command = new Command("list", "Name the feature sets that ship");
        command.SetAction(_ =>
        {
            foreach (var set in FeatureSets.Names.Select(FeatureSets.Load))
                Console.WriteLine($"{set.Name,-10} version {set.Version}, {set.Features.Count} features, {set.Hash}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var set = new Argument<string>("set") { Description = "The name of a set that ships, or a file" };
        var command = new Command("show", "Print the file of a feature set, to start one's own from") { set };
        command.SetAction(parsed =>
        {
            Console.Out.Write(FeatureSetFile.Load(parsed.GetRequiredValue(set)).Content);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Check()
    {
        var set = new Argument<string>("set") { Description = "The file, or the name of a set that ships" };
        var command = new Command("check", "Compile a feature set; say what it computes and keeps, or what is wrong with it") { set };
        command.SetAction(parsed =>
        {
            Describe(FeatureSetFile.Load(parsed.GetRequiredValue(set)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Compute()
    {
        var features = new Option<string>("--features") { Description = "The name of a set that ships, or a file", DefaultValueFactory = _ => "default" };
        var data = new Option<string>("--data")
        {
            Description = "CSV with a header, NDJSON or the benchmark's compact CSV, gzipped or not; - reads NDJSON from standard input",
            DefaultValueFactory = _ => "-",
        };
        var output = new Option<FileInfo?>("--out") { Description = "File to write (default: standard output)" };
        var format = new Option<string>("--format") { Description = "csv or ndjson", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "ndjson");
        var command = new Command("compute", "Write the vectors that transactions would be decided by, in their order") { features, data, output, format };
        command.SetAction((parsed, cancel) =>
        {
            var set = FeatureSetFile.Load(parsed.GetValue(features)!);
            var source = parsed.GetValue(data)!;
            if (source != "-" && !File.Exists(source))
                throw new CommandException($"there is no file {source}", ExitCode.Usage);
            using var stream = parsed.GetValue(output)?.Create() ?? Console.OpenStandardOutput();
            using var writer = VectorWriter.Of(parsed.GetValue(format)!, stream, set.Names);
            var documents = source == "-" ? JsonLines.Read(Console.OpenStandardInput()) : JsonLines.ReadFile(source);
            return Task.FromResult(Compute(set, documents, writer, cancel));
        });
        return command;
    }

    private static int Compute(FeatureSet set, IEnumerable<JsonLine> documents, VectorWriter writer, CancellationToken cancel)
    {
        var engine = new DecisionEngine(set);
        var decision = engine.NewDecision();
        var transaction = new Transaction();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long rejected = 0, repeated = 0;
        foreach (var document in documents)
        {
            cancel.ThrowIfCancellationRequested();
            var rejection = document.Rejection;
            if (rejection == default && !TransactionJson.TryDecode(document.Utf8.Span, transaction, out rejection) || rejection != default)
            {
                rejected++;
                Console.Error.WriteLine($"vigil: line {document.Line}: {rejection}");
                continue;
            }

            var id = System.Text.Encoding.UTF8.GetString(transaction[Field.TransactionId]);
            if (!seen.Add(id))
            {
                // The service gives the first decision again and does not count the payment twice.
                repeated++;
                continue;
            }

            engine.Decide(transaction, seen.Count, decision);
            writer.Write(id, decision.Features);
        }

        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{seen.Count:N0} vectors of {set.Names.Count} features, {repeated:N0} repeated ids skipped, {rejected:N0} rejected"));
        return rejected > 0 ? ExitCode.Incomplete : ExitCode.Ok;
    }

    private static void Describe(FeatureSet set)
    {
        var engine = new DecisionEngine(set);
        Console.WriteLine($"{set.Name} version {set.Version}: {set.Features.Count} features");
        Console.WriteLine($"hash {set.Hash}");
        Console.WriteLine($"windows {(set.IncludeCurrent ? "include" : "exclude")} the transaction itself");
        Console.WriteLine($"labels that come with a transaction count after {Span(set.LabelDelay)}; transactions up to {Span(set.Lateness)} late see their windows whole");
        foreach (var (entity, index) in engine.Entities.Select((entity, index) => (entity, index)))
            Console.WriteLine($"keeps {Span(engine.DescribeEntity(index).Retention)} of each {entity}");
        foreach (var feature in set.Features)
            Console.WriteLine($"  {feature.Name} = {feature.Value}");
    }

    private static Window Span(long micros) => new(micros, 0);
}
