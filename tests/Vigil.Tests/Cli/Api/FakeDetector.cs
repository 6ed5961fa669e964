using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Detection.Kafka;
using Vigil.Storage;
using Vigil.Tests.Detection;
using Vigil.Tests.Detection.Kafka;

namespace Vigil.Tests.Cli.Api;

/// <summary>Reads all partitions from their beginning, decides one by one, and tells; it can be held before the next.</summary>
internal sealed class FakeDetector : IDisposable
{
    private readonly KafkaSettings _settings;
    private readonly Store _store;
    private readonly ManualResetEventSlim _open = new(true);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private volatile Exception? _failure;

    public FakeDetector(KafkaSettings settings, Store store)
    {
        (_settings, _store) = (settings, store);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public void Hold() => _open.Reset();

    public void Release() => _open.Set();

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
        _open.Dispose();
        _failure.ShouldBeNull();
    }

    private void Run()
    {
        try
        {
            using var writer = _store.OpenWriter();
            var decider = new BatchDecider(writer, LoopFixture.Setup, TimeProvider.System);
            using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
            {
                BootstrapServers = _settings.BootstrapServers,
                GroupId = "fake",
                EnableAutoCommit = false,
                FetchWaitMaxMs = 10,
                ReconnectBackoffMaxMs = 500,
            }).Build();
            consumer.Assign(Enumerable.Range(0, KafkaBroker.Partitions).Select(p => new TopicPartitionOffset(_settings.Topic, p, 0)));
            using var decisions = new DecisionsTopic(_settings, NullLogger.Instance);
            using var json = new DecisionJson();
            while (true)
            {
                var message = consumer.Consume(_stop.Token).Message;
                _open.Wait(_stop.Token);
                decider.Begin();
                var verdict = decider.Decide(message.Value, Vigil.Core.Transactions.Timestamp.FromDateTime(DateTime.UtcNow));
                var told = json.Write(verdict, decider.Transaction, decider.Decision, decider.Setup).ToArray();
                decider.Commit();
                decisions.Send(decider.Transaction[Field.AccountId].ToArray(), decider.TransactionId.ToArray(), told, _stop.Token);
                decisions.Flush(_stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }
}
