using System.Buffers;
using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Detection.Kafka;
using Vigil.Training.Simulation;

namespace Vigil.Cli.Commands.Produce;

/// <summary><c>vigil produce simulate</c>: writes simulated payments to Kafka.</summary>
internal static class ProduceSimulateCommand
{
    private const string Source = "simulation";

    public static Command Create()
    {
        var customers = new Option<int>("--customers") { Description = "Number of customers", DefaultValueFactory = _ => 1_000 };
        var terminals = new Option<int?>("--terminals") { Description = "Number of terminals (default: two for each customer)" };
        var days = new Option<int>("--days") { Description = "Number of days", DefaultValueFactory = _ => 30 };
        var seed = new Option<ulong>("--seed") { Description = "Everything follows from it and the start", DefaultValueFactory = _ => 0 };
        var start = new Option<DateOnly?>("--start") { Description = "First day, UTC (default: so that the last is yesterday)" };
        var count = new Option<long?>("--count") { Description = "Stop after so many transactions" };
        var skip = new Option<long>("--skip") { Description = "Leave out so many transactions at the beginning, which an earlier run sent" };
        var labels = new Option<bool>("--labels") { Description = "Write is_fraud too" };
        var options = new ProduceOptions();
        var command = new Command("simulate",
            """
            Write simulated payments with three kinds of fraud to Kafka

            The same options and start give the same payments with the same ids, so a run can be repeated: what was
            decided before is not decided again.

            Examples:
              vigil produce simulate --create-topic --partitions 12 --rate 100
              vigil produce simulate --customers 5000 --days 183 --start 2018-04-01 --labels
            """)
        { customers, terminals, days, seed, start, count, skip, labels };
        options.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var length = parsed.GetValue(days);
            var simulation = SimulateCommand.Scaled(parsed.GetValue(customers), parsed.GetValue(terminals)) with
            {
                Days = length,
                Seed = parsed.GetValue(seed),
                StartDate = parsed.GetValue(start) ?? DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-Math.Clamp(length, 1, SimulationOptions.MaxDay)),
            };
            if (simulation.Problem() is { } problem)
                throw new CommandException(problem, ExitCode.Usage);
            var (left, most) = (parsed.GetValue(skip), parsed.GetValue(count) ?? long.MaxValue);
            if (left < 0 || most < 0)
                throw new CommandException("--skip and --count must not be negative", ExitCode.Usage);
            var sent = 0L;
            var exit = await options.RunAsync(
                parsed, [Source],
                (_, producer, _, rate, progress) =>
                {
                    var simulator = new Simulator(simulation);
                    var payments = new Payments(simulator, left, most, parsed.GetValue(labels));
                    var result = new StreamProducer(producer, rate).Produce(
                        payments.Json(), at => progress(at with { Done = payments.Done }), shutdown.Token);
                    sent = result.Sent;
                    return result;
                },
                _ => "", shutdown.Token);
            if (exit == ExitCode.Interrupted)
                Console.Error.WriteLine($"vigil: stopped; the same command with --start {simulation.StartDate:yyyy-MM-dd} --skip {left + sent} goes on from there");
            return exit;
        });
        return command;
    }

    /// <summary>The simulated payments, one JSON after the other in one buffer.</summary>
    private sealed class Payments(Simulator simulator, long skip, long most, bool labels)
    {
        private readonly ArrayBufferWriter<byte> _json = new(1024);
        private long _made;

        /// <summary>Share of the simulation that was made, 0 to 1.</summary>
        public double Done { get; private set; }

        public IEnumerable<ReadOnlyMemory<byte>> Json()
        {
            for (var day = 0; day < simulator.Options.Days; day++)
            {
                Done = (double)day / simulator.Options.Days;
                foreach (var payment in simulator.Day(day))
                {
                    if (skip > 0)
                    {
                        skip--;
                        continue;
                    }

                    if (_made++ == most)
                        yield break;
                    _json.ResetWrittenCount();
                    simulator.WriteJson(_json, payment, labels);
                    yield return _json.WrittenMemory;
                }
            }

            Done = 1;
        }
    }
}
