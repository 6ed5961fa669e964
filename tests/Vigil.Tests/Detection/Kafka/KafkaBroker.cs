using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Detection.Kafka;

namespace Vigil.Tests.Detection.Kafka;

/// <summary>
/// The brokers at KAFKA_BOOTSTRAP_SERVERS, or else the client library's mock cluster. The mock creates topics of four
/// partitions when they are first named; it has no admin requests, no usable lag, and keeps at most 5 MiB of a partition.
/// </summary>
internal sealed class KafkaBroker : IDisposable
{
    public const int Partitions = 4;

    private readonly IProducer<byte[], byte[]>? _mock;
    private readonly List<string> _topics = [];

    private KafkaBroker(string servers, IProducer<byte[], byte[]>? mock) => (Servers, _mock) = (servers, mock);

    public string Servers { get; }

    public bool IsReal => _mock is null;

    public static KafkaBroker StartOrSkip()
    {
        if (Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP_SERVERS") is { Length: > 0 } real)
            return new KafkaBroker(real, null);
        var address = "";
        var config = new ProducerConfig { BootstrapServers = "mock:1" };
        config.Set("test.mock.num.brokers", "1");
        try
        {
            var mock = new ProducerBuilder<byte[], byte[]>(config)
                .SetLogHandler((_, message) => address = message.Facility == "MOCK" ? message.Message.Split(' ')[^1] : address).Build();
            return new KafkaBroker(address, mock);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            Assert.Skip("librdkafka is not here: ./test says how to get it");
            throw;
        }
    }

    /// <summary>For what the mock cluster cannot show.</summary>
    public void RequireReal(string why)
    {
        if (!IsReal)
            Assert.Skip($"the mock cluster {why}: set KAFKA_BOOTSTRAP_SERVERS to a broker");
    }

    /// <summary>Settings with topics and a group of their own.</summary>
    public async Task<KafkaSettings> SettingsAsync()
    {
        var name = $"vigil-test-{Guid.NewGuid():N}";
        var settings = Settings(name);
        using var topics = new Topics(settings, NullLogger.Instance);
        foreach (var topic in new[] { settings.Topic, settings.DeadLetterTopic, settings.DecisionsTopic })
        {
            _topics.Add(topic);
            if (IsReal)
                await topics.EnsureAsync(topic, Partitions, 1);
            else
                Name(topic);
        }

        return settings;
    }

    public KafkaSettings Settings(string name) => KafkaSettings.Read([new("KAFKA_BOOTSTRAP_SERVERS", Servers)])
        .Named(name, $"{name}-group", $"{name}-dlq", $"{name}-decisions");

    /// <summary>Writes small transactions of an account.</summary>
    public static void Produce(KafkaSettings settings, string account, int from, int count)
    {
        using var producer = new TransactionProducer(settings, TransactionProducer.DefaultTimeout, NullLogger.Instance);
        for (var i = from; i < from + count; i++)
            producer.TrySend(Transaction($"{account}-{i}", account), out _, TestContext.Current.CancellationToken).ShouldBeTrue();
        producer.Flush(TestContext.Current.CancellationToken);
    }

    public static byte[] Transaction(string id, string account) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"transaction_id":"{{id}}","account_id":"{{account}}","timestamp":"2026-11-22T10:00:00Z","amount":"12.50"}"""));

    /// <summary>Everything that a topic holds.</summary>
    public static List<LogRecord> ReadAll(KafkaSettings settings, string topic)
    {
        using var reader = new TopicReader(settings, topic, "vigil-test-reader", fromStart: true, NullLogger.Instance);
        return [.. reader.Read()];
    }

    /// <summary>Closes the mock's only broker to everybody.</summary>
    public void TakeAway() => Set("rd_kafka_mock_broker_set_down");

    /// <summary>Opens it again, with all that it held.</summary>
    public void BringBack() => Set("rd_kafka_mock_broker_set_up");

    public IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers }).Build();

    public void Dispose()
    {
        if (IsReal && _topics.Count > 0)
        {
            using var admin = Admin();
            admin.DeleteTopicsAsync(_topics).GetAwaiter().GetResult();
        }

        _mock?.Dispose();
    }

    /// <summary>Calls a function of the mock cluster that the client does not show.</summary>
    private void Set(string function)
    {
        if (_mock is null)
            Assert.Skip("a real broker is not taken away by a test: take KAFKA_BOOTSTRAP_SERVERS away");
        const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;
        var handle = (SafeHandle)typeof(Handle).GetProperty("LibrdkafkaHandle", Hidden)!.GetValue(_mock.Handle)!;
        // The one that the client has chosen among those of its package.
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var loaded = process.Modules.Cast<System.Diagnostics.ProcessModule>().First(module => module.ModuleName.Contains("librdkafka", StringComparison.Ordinal));
        var library = NativeLibrary.Load(loaded.FileName);
        var clusterOf = Marshal.GetDelegateForFunctionPointer<ClusterOf>(NativeLibrary.GetExport(library, "rd_kafka_handle_mock_cluster"));
        var set = Marshal.GetDelegateForFunctionPointer<SetBroker>(NativeLibrary.GetExport(library, function));
        set(clusterOf(handle.DangerousGetHandle()), 1).ShouldBe(0);
    }

    private void Name(string topic)
    {
        using var admin = Admin();
        admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions.Count.ShouldBe(Partitions);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint ClusterOf(nint handle);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SetBroker(nint cluster, int broker);
}
