using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Kafka;
using Vigil.Detection.Kafka;

namespace Vigil.Cli.Commands.Produce;

/// <summary>What all sources of <c>vigil produce</c> share: the options, the topic, the progress and the summary.</summary>
internal sealed class ProduceOptions
{
    private readonly KafkaOptions _kafka = new();
    private readonly Option<double?> _rate = new("--rate") { Description = "At most so many transactions per second (default: no bound)" };
    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = "Seconds after which a message that no broker took is given up",
        DefaultValueFactory = _ => (int)TransactionProducer.DefaultTimeout.TotalSeconds,
    };

    private readonly Option<bool> _createTopic = new("--create-topic") { Description = "Create the topic if there is none" };
    private readonly Option<int> _partitions = new("--partitions")
    {
        Description = "Partitions of a created topic: how many detectors can share it",
        DefaultValueFactory = _ => 12,
    };

    private readonly Option<short?> _replicas = new("--replicas") { Description = "Copies of each partition of a created topic (default: the brokers' setting)" };
    private readonly Option<bool> _json = new("--json") { Description = "Write the summary as JSON" };

    public void AddTo(Command command)
    {
        _kafka.AddTo(command);
        foreach (var option in new Option[] { _rate, _timeout, _createTopic, _partitions, _replicas, _json })
            command.Add(option);
    }

    /// <summary>Produces sources one after the other.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="sources">Their names.</param>
    /// <param name="produce">Produces one, told how fast and whom to tell.</param>
    /// <param name="rejectsPath">Where a source's rejects are told.</param>
    /// <param name="cancel">Whether it was stopped.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(
        ParseResult parsed, IEnumerable<string> sources,
        Func<string, TransactionProducer, KafkaSettings, ProduceRate, Action<ProduceProgress>, ProduceProgress> produce,
        Func<string, string> rejectsPath, CancellationToken cancel)
    {
        var rate = parsed.GetValue(_rate);
        if (rate is { } bound && !(bound is > 0 and <= 10_000_000))
            throw new CommandException($"--rate must be above 0 and at most 10,000,000, not {bound}", ExitCode.Usage);
        var timeout = parsed.GetValue(_timeout);
        if (timeout is < 1 or > 86_400)
            throw new CommandException($"--timeout must be from 1 to 86,400 seconds, not {timeout}", ExitCode.Usage);
        var settings = _kafka.Read(parsed);
        await CheckTopicAsync(parsed, settings);
        using var producer = new TransactionProducer(settings, TimeSpan.FromSeconds(timeout), NullLogger.Instance);
        var summaries = new List<ProduceSummary>();
        foreach (var source in sources)
        {
            if (cancel.IsCancellationRequested)
                break;
            var watch = Stopwatch.StartNew();
            var result = new StepProgress().Run($"Producing {source} to {settings.Topic}", report => produce(
                source, producer, settings, new ProduceRate(rate, TimeProvider.System),
                progress => report(progress.Done, Text(progress, watch.Elapsed))));
            var seconds = watch.Elapsed.TotalSeconds;
            summaries.Add(new ProduceSummary(
                source, settings.Topic, result.Sent, result.Rejected, result.Before,
                result.Rejected == 0 ? null : rejectsPath(source), Math.Round(seconds, 3), rate, Math.Round(result.Sent / seconds, 1)));
        }

        if (parsed.GetValue(_json))
            Console.WriteLine(JsonSerializer.Serialize(summaries, CliJson.Default.ListProduceSummary));
        else
            summaries.ForEach(Print);
        return cancel.IsCancellationRequested ? ExitCode.Interrupted
            : summaries.Exists(summary => summary.Rejected > 0) ? ExitCode.Incomplete : ExitCode.Ok;
    }

    private async Task CheckTopicAsync(ParseResult parsed, KafkaSettings settings)
    {
        using var topics = new Topics(settings, NullLogger.Instance);
        if (!parsed.GetValue(_createTopic))
        {
            if (topics.Partitions(settings.Topic) == 0)
                throw new CommandException($"there is no topic {settings.Topic} at {settings}: create it with --create-topic --partitions N");
            return;
        }

        var partitions = parsed.GetValue(_partitions);
        if (partitions is < 1 or > 10_000)
            throw new CommandException($"--partitions must be from 1 to 10,000, not {partitions}", ExitCode.Usage);
        var has = await topics.EnsureAsync(settings.Topic, partitions, parsed.GetValue(_replicas));
        if (has != partitions)
            Console.Error.WriteLine($"vigil: the topic {settings.Topic} was there before, with {has} partitions");
    }

    private static string Text(ProduceProgress progress, TimeSpan elapsed)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{progress.Sent:N0} sent, {progress.Sent / elapsed.TotalSeconds:N0}/s");
        return progress.Problem is { } problem ? $"{text}; waiting: {problem}" : text;
    }

    private static void Print(ProduceSummary summary)
    {
        var before = summary.Before == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {summary.Before:N0} rows done before");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Source}: {summary.Sent:N0} sent to {summary.Topic}, {summary.Rejected:N0} rejected{before}, {summary.Seconds:F1} s, {summary.RateReached:N0}/s"));
        if (summary.RejectsFile is not null)
            Console.WriteLine($"  rejected rows with line, field and reason: {summary.RejectsFile}");
    }
}
