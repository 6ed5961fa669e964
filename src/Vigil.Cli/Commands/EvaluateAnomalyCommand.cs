using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Training.Isolation;
using Vigil.Training.Learning;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil evaluate anomaly</c>: the isolation forest on labelled outlier data.</summary>
internal static class EvaluateAnomalyCommand
{
    public static Command Create()
    {
        var data = new Option<FileInfo>("--data") { Description = "CSV with columns x0..xk and y; .gz or plain", Required = true };
        data.AcceptExistingOnly();
        var seeds = new Option<int>("--seeds") { Description = "Forests to average over", DefaultValueFactory = _ => 5 };
        var trees = new Option<int>("--trees") { Description = "Trees of a forest", DefaultValueFactory = _ => 100 };
        var sample = new Option<int>("--sample") { Description = "Rows that a tree sees", DefaultValueFactory = _ => 256 };
        var json = new Option<bool>("--json") { Description = "Print the numbers as JSON" };
        var command = new Command("anomaly",
            """
            Area under the ROC curve of isolation forests

            Example:
              vigil evaluate anomaly --data mammography.csv.gz --seeds 5
            """)
        { data, seeds, trees, sample, json };
        command.SetAction((parsed, cancel) =>
        {
            var file = parsed.GetRequiredValue(data);
            try
            {
                using var stream = file.OpenRead();
                var (x, anomalies) = AnomalyBenchmark.Read(stream, file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase));
                var aucs = Enumerable.Range(1, parsed.GetValue(seeds)).Select(seed => AnomalyBenchmark.RocAuc(x, anomalies,
                    new IsolationOptions { Seed = seed, Trees = parsed.GetValue(trees), SampleSize = parsed.GetValue(sample) })).ToArray();
                Print(file.Name, x.RowCount, anomalies.Count(a => a), aucs, parsed.GetValue(json));
                return Task.FromResult(ExitCode.Ok);
            }
            catch (Exception e) when (e is TrainingException or ArgumentException or InvalidDataException)
            {
                throw new CommandException($"{file.Name}: {e.Message}", ExitCode.Failed);
            }
        });
        return command;
    }

    private static void Print(string name, int rows, int anomalies, double[] aucs, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { data = name, rows, anomalies, roc_auc = aucs.Average(), lowest = aucs.Min(), highest = aucs.Max(), runs = aucs }));
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {rows:N0} rows, {anomalies:N0} anomalies, AUC ROC {aucs.Average():0.000} (mean of {aucs.Length} seeds, {aucs.Min():0.000} to {aucs.Max():0.000})"));
    }
}
