using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Detection.Kafka;

namespace Vigil.Cli.Host.Doctor;

/// <summary>Kafka: brokers, topics, what the detectors have still to read, and what they could not read.</summary>
internal static class KafkaChecks
{
    private const string See = "see docs/kafka.md";
    private const long BigLag = 100_000;
    private static readonly TimeSpan ShortRetention = TimeSpan.FromDays(1);

    public static async Task LookAsync(DoctorTarget target, TimeSpan patience, Findings findings)
    {
        if (target.Variables("KAFKA_BOOTSTRAP_SERVERS") is null)
        {
            findings.Add(Finding.Skipped("kafka", "not configured: vigil run needs none"));
            return;
        }

        KafkaInspection? kafka = null;
        KafkaSettings? settings = null;
        try
        {
            if (!findings.Try(
                    "reachable",
                    () =>
                    {
                        settings = KafkaSettings.Read(target.Kafka);
                        kafka = new KafkaInspection(settings, patience, NullLogger.Instance);
                        return Finding.Ok("", $"brokers {string.Join(", ", kafka.Brokers())}");
                    },
                    "check KAFKA_BOOTSTRAP_SERVERS and KAFKA_SECURITY_PROTOCOL, that the brokers run, and that their advertised names can be reached from here"))
                return;
            await findings.AllAsync([.. Topics(kafka!, settings!), .. Group(kafka!, settings!, target)]);
        }
        finally
        {
            kafka?.Dispose();
        }
    }

    private static IEnumerable<(string Name, Func<Task<Finding>> Look, string What)> Topics(KafkaInspection kafka, KafkaSettings settings)
    {
        yield return ("version", () => SoftlyAsync(async () => await kafka.VersionAsync() is { } version
            ? Finding.Ok("", $"brokers speak version {version} to each other")
            : Finding.Ok("", "the brokers do not tell their version, as those of Kafka 4.0 and later")), "");
        foreach (var (name, topic) in new[] { ("topic", settings.Topic), ("dlq_topic", settings.DeadLetterTopic), ("decisions_topic", settings.DecisionsTopic) })
        {
            yield return (name, () => Task.FromResult(Topic(topic, kafka.Topic(topic))), See);
            if (kafka.Topic(topic).Partitions > 0)
                yield return (name + ".retention", () => SoftlyAsync(async () => Retention(topic, await kafka.RetentionAsync(topic))), See);
        }
    }

    private static Finding Topic(string topic, KafkaTopicFacts facts) => facts switch
    {
        { Partitions: 0 } => Finding.Fail(
            "", $"there is no topic {topic}", $"create it: kafka-topics --create --topic {topic} --partitions 12 --replication-factor 3 (docs/kafka.md)"),
        { Leaderless: > 0 } => Finding.Fail("", $"{topic}: {facts.Leaderless} of {facts.Partitions} partitions have no leader", "start the brokers that are down"),
        { BehindReplicas: > 0 } => Finding.Warn("", $"{topic}: {facts.BehindReplicas} of {facts.Partitions} partitions have a copy that is behind or gone", "see to the brokers that are down or slow"),
        _ => Finding.Ok("", string.Create(CultureInfo.InvariantCulture, $"{topic}: {facts.Partitions} partitions, {facts.Replicas} copies")),
    };

    private static Finding Retention(string topic, TimeSpan? retention) => retention switch
    {
        null => Finding.Ok("", $"{topic} keeps messages for ever"),
        { } kept when kept < ShortRetention => Finding.Warn(
            "", $"{topic} keeps messages for {kept.TotalHours:0.0} hours: what detectors have not read by then is lost", "raise retention.ms to a day or more, better a week"),
        { } kept => Finding.Ok("", $"{topic} keeps messages for {kept.TotalDays:0.0} days"),
    };

    private static IEnumerable<(string Name, Func<Task<Finding>> Look, string What)> Group(
        KafkaInspection kafka, KafkaSettings settings, DoctorTarget target)
    {
        yield return ("detectors", () => SoftlyAsync(async () => await kafka.MembersAsync() is var members and > 0
            ? Finding.Ok("", $"{members} in the group {settings.Group}")
            : Finding.Warn("", $"nobody is in the group {settings.Group}", "start vigil detect")), See);
        if (kafka.Topic(settings.Topic).Partitions > 0)
        {
            yield return ("lag", () => Task.FromResult(Lag(settings.Group, kafka.Lag(settings.Topic))), See);
            yield return ("clock", () => SoftlyAsync(async () => await kafka.NewestAsync(settings.Topic) is { } newest
                ? Clock(newest - target.Time.GetUtcNow().UtcDateTime)
                : Finding.Skipped("", $"{settings.Topic} has no message to tell it by")), See);
        }

        if (kafka.Topic(settings.DeadLetterTopic).Partitions > 0)
        {
            yield return (
                "dead_letters", () => Task.FromResult(DeadLetters(settings, kafka.Lag(settings.DeadLetterTopic, DeadLetterOffice.Group))), See);
        }
    }

    private static Finding Lag(string group, KafkaLag lag)
    {
        var found = string.Create(CultureInfo.InvariantCulture, $"{lag.Messages} messages behind");
        return lag.Lost > 0
            ? Finding.Fail(
                "", $"{lag.Lost} messages were deleted before {group} had read them", "send them again from their source (vigil produce); raise the topic's retention.ms")
            : lag.Messages > BigLag
                ? Finding.Warn("", found, "start more detectors (up to the partitions), and see whether the database is slow")
                : Finding.Ok("", lag.Unread > 0 ? $"{found}; {group} has not read from {lag.Unread} partitions yet" : found);
    }

    private static Finding DeadLetters(KafkaSettings settings, KafkaLag lag) => lag.Messages > 0
        ? Finding.Warn("", $"{lag.Messages} messages that were no transactions, {lag.Kept} in all in {settings.DeadLetterTopic}", "look at them: vigil dlq list; then vigil dlq retry")
        : Finding.Ok("", $"none to look at, {lag.Kept} in all");

    /// <summary>Kafka has no question for the time: what shows is a clock that is ahead, by the newest message.</summary>
    private static Finding Clock(TimeSpan ahead) => ahead > DoctorTarget.MaxSkew
        ? Finding.Warn(
            "", $"the newest message is from {ahead.TotalSeconds:0.0} s in the future, by the clock of its producer or broker", "set the clocks of producers, brokers and this machine by NTP")
        : Finding.Ok("", $"the newest message is {(-ahead).TotalSeconds:0.0} s old; no clock is ahead");

    /// <summary>What brokers may not answer, or not to this user: no answer is no failure.</summary>
    private static async Task<Finding> SoftlyAsync(Func<Task<Finding>> look)
    {
        try
        {
            return await look();
        }
        catch (KafkaProblemException e)
        {
            return Finding.Skipped("", $"the brokers did not answer: {e.Message}", "allow this user to describe the cluster, its topics and groups");
        }
    }
}
