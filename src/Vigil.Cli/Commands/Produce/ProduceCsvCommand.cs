using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Detection.Kafka;

namespace Vigil.Cli.Commands.Produce;

/// <summary><c>vigil produce csv</c>: writes the transactions of files to Kafka.</summary>
internal static class ProduceCsvCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files")
        {
            Description = "CSV with a header, NDJSON or the benchmark's compact CSV; gzipped or not",
            Arity = ArgumentArity.OneOrMore,
        };
        var restart = new Option<bool>("--restart") { Description = "Begin at the beginning, also where an earlier run got further" };
        var options = new ProduceOptions();
        var command = new Command("csv",
            """
            Write the transactions of files to Kafka; goes on where it was stopped

            How far a file got is kept beside it (FILE.produced.json). Rows that are no transactions are told in
            FILE.produce-rejects.ndjson, and the exit code is 1.

            Examples:
              vigil produce csv payments.csv.gz --create-topic --partitions 12
              vigil produce csv payments.csv --rate 500
              vigil produce csv payments.csv --bootstrap-servers kafka-1:9092,kafka-2:9092 --json
            """)
        { files, restart };
        options.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var names = parsed.GetRequiredValue(files);
            if (names.FirstOrDefault(name => !File.Exists(name)) is { } missing)
                throw new CommandException($"there is no file {missing}", ExitCode.Usage);
            try
            {
                return await options.RunAsync(
                    parsed, names.Select(Path.GetFullPath),
                    (file, producer, settings, rate, progress) =>
                    {
                        if (parsed.GetValue(restart))
                            FileProducer.Forget(file);
                        return new FileProducer(producer, settings, rate).Produce(file, progress, shutdown.Token);
                    },
                    FileProducer.RejectsPath, shutdown.Token);
            }
            catch (OperationCanceledException)
            {
                Console.Error.WriteLine("vigil: stopped; the same command goes on from there");
                return ExitCode.Interrupted;
            }
            catch (KafkaProblemException e)
            {
                throw new CommandException($"{e.Message}; the same command goes on from there", ExitCode.Failed, e);
            }
        });
        return command;
    }
}
