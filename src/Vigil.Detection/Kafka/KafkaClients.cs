using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Detection.Kafka;

/// <summary>Makes clients of the library: its log goes to ours, and its exceptions become words for an operator.</summary>
internal static class KafkaClients
{
    /// <summary>How long a question to the brokers may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static IProducer<byte[]?, byte[]?> Producer(ProducerConfig config, Action<Error> failed, ILogger logger) =>
        Build(() => new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetErrorHandler((_, error) => failed(error)).SetLogHandler(Log(logger)).Build());

    public static IConsumer<byte[]?, byte[]?> Consumer(
        ConsumerConfig config, ILogger logger, Func<ConsumerBuilder<byte[]?, byte[]?>, ConsumerBuilder<byte[]?, byte[]?>>? with = null)
    {
        var builder = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler(Log(logger));
        return Build((with is null ? builder : with(builder)).Build);
    }

    public static IAdminClient Admin(KafkaSettings settings, ILogger logger) =>
        Build(() => new AdminClientBuilder(settings.Client()).SetLogHandler(Log(logger)).Build());

    /// <summary>What the library says of an error, for an operator.</summary>
    public static string Describe(Error error) => error.Code switch
    {
        ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Transport => "no broker can be reached",
        ErrorCode.Local_TimedOut or ErrorCode.Local_MsgTimedOut => "no broker answered in time",
        ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed => $"the broker refused the credentials ({error.Reason})",
        ErrorCode.Local_Ssl => $"TLS failed ({error.Reason})",
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic => "there is no such topic",
        _ => error.Reason,
    };

    private static Action<IClient, LogMessage> Log(ILogger logger)
    {
        var log = new LibraryLog(logger, TimeProvider.System);
        return (_, message) => log.Write(message);
    }

    private static T Build<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            throw new KafkaProblemException(
                "librdkafka, the native Kafka client, cannot be loaded: build Vigil where the package librdkafka.redist "
                + "can be had, or put librdkafka 2.15.1 or later where the loader finds it (docs/kafka.md)", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new KafkaProblemException($"the settings for Kafka are refused: {e.Message}", e);
        }
    }
}
