using System.Buffers;
using System.CommandLine;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Training.Simulation;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil simulate</c>: writes simulated payments to a file.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var customers = new Option<int>("--customers") { Description = "Number of customers", DefaultValueFactory = _ => 5_000 };
        var terminals = new Option<int?>("--terminals") { Description = "Number of terminals (default: two for each customer)" };
        var days = new Option<int>("--days") { Description = "Number of days", DefaultValueFactory = _ => 183 };
        var seed = new Option<ulong>("--seed") { Description = "Everything follows from it", DefaultValueFactory = _ => 0 };
        var newPattern = new Option<int?>("--new-pattern-day")
        {
            Description = "From this day on (0 is the first) stolen cards are tested with tiny purchases: a fraud that was not there before",
        };
        var start = new Option<DateOnly?>("--start") { Description = "First day, UTC (default: 2018-04-01)" };
        var format = new Option<string>("--format")
        {
            Description = "ndjson: Vigil's transactions; csv: the same as a table; compact: the benchmark's columns",
            DefaultValueFactory = _ => "ndjson",
        };
        format.AcceptOnlyFromAmong("ndjson", "csv", "compact");
        var output = new Option<FileInfo>("--out") { Description = "File to write; compressed where its name ends in .gz", Required = true };
        var labels = new Option<bool>("--labels") { Description = "Write is_fraud too (the compact format always says)" };
        var command = new Command("simulate",
            """
            Write simulated payments with three kinds of fraud to a file, and a fourth from a day on

            Examples:
              vigil simulate --customers 1000 --days 90 --labels --out payments.ndjson.gz
              vigil simulate --customers 1000 --days 150 --new-pattern-day 90 --labels --format csv --out shifted.csv
            """)
        {
            customers, terminals, days, seed, newPattern, start, format, output, labels,
        };
        command.SetAction((parsed, cancel) =>
        {
            var scaled = Scaled(parsed.GetValue(customers), parsed.GetValue(terminals));
            var options = scaled with
            {
                Days = parsed.GetValue(days),
                Seed = parsed.GetValue(seed),
                NewPatternDay = parsed.GetValue(newPattern),
                StartDate = parsed.GetValue(start) ?? CompactDataset.HandbookStart,
            };
            if (options.Problem() is { } problem)
                throw new CommandException(problem, ExitCode.Usage);
            var file = parsed.GetRequiredValue(output);
            var rows = Write(new Simulator(options), parsed.GetValue(format)!, file, parsed.GetValue(labels), cancel);
            Console.WriteLine($"{rows} transactions in {file.FullName}");
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    /// <summary>The Handbook's proportions for a number of customers, with another number of terminals where one is asked for.</summary>
    public static SimulationOptions Scaled(int customers, int? terminals)
    {
        if (customers is < 1 or > SimulationOptions.MaxPopulation / 2)
        {
            throw new CommandException(
                $"The number of customers must be from 1 to {SimulationOptions.MaxPopulation / 2}, not {customers}.",
                ExitCode.Usage);
        }

        var options = SimulationOptions.ForCustomers(customers);
        return terminals is { } number ? options with { Terminals = number } : options;
    }

    private static long Write(Simulator simulator, string format, FileInfo file, bool labels, CancellationToken cancel)
    {
        using var raw = file.Create();
        var zip = file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        if (format == "compact")
        {
            var dataset = CompactDataset.From(simulator.Days(0, simulator.Options.Days), simulator.Options.StartDate);
            if (zip)
            {
                CompactFile.Write(raw, dataset);
            }
            else
            {
                using var zipped = new MemoryStream();
                CompactFile.Write(zipped, dataset);
                zipped.Position = 0;
                using var plain = new GZipStream(zipped, CompressionMode.Decompress);
                plain.CopyTo(raw);
            }

            return dataset.Count;
        }

        using Stream stream = zip ? new GZipStream(raw, CompressionLevel.Optimal) : raw;
        return format == "csv" ? WriteCsv(simulator, stream, labels, cancel) : WriteJson(simulator, stream, labels, cancel);
    }

    private static long WriteJson(Simulator simulator, Stream stream, bool labels, CancellationToken cancel)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using var json = new Utf8JsonWriter(buffer);
        var rows = 0L;
        foreach (var transaction in simulator.Days(0, simulator.Options.Days))
        {
            cancel.ThrowIfCancellationRequested();
            json.Reset();
            simulator.WriteJson(json, transaction, labels);
            json.Flush();
            buffer.Write("\n"u8);
            rows++;
            if (buffer.WrittenCount < 1 << 15)
                continue;
            stream.Write(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
        }

        stream.Write(buffer.WrittenSpan);
        return rows;
    }

    private static long WriteCsv(Simulator simulator, Stream stream, bool labels, CancellationToken cancel)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
        text.WriteLine(
            "transaction_id,account_id,timestamp,amount,currency,merchant_category,merchant_id,location,country,card_id,"
            + "device_id,channel" + (labels ? ",is_fraud" : ""));
        var buffer = new ArrayBufferWriter<byte>();
        var rows = 0L;
        foreach (var transaction in simulator.Days(0, simulator.Options.Days))
        {
            cancel.ThrowIfCancellationRequested();
            buffer.ResetWrittenCount();
            simulator.WriteJson(buffer, transaction, labels);
            WriteRow(text, buffer.WrittenSpan);
            rows++;
        }

        return rows;
    }

    /// <summary>The values of a simulated transaction's JSON, which needs no quoting: none holds a comma, quote or line break.</summary>
    private static void WriteRow(StreamWriter text, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var first = true;
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False))
                continue;
            if (!first)
                text.Write(',');
            first = false;
            text.Write(reader.TokenType switch
            {
                JsonTokenType.True => "1",
                JsonTokenType.False => "0",
                _ => Encoding.UTF8.GetString(reader.ValueSpan),
            });
        }

        text.WriteLine();
    }
}
