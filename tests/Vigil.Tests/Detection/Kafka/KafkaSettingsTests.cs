using Vigil.Detection.Kafka;

namespace Vigil.Tests.Detection.Kafka;

public sealed class KafkaSettingsTests
{
    [Fact]
    public void Names_are_those_of_the_contract_where_nothing_else_is_said()
    {
        var settings = Read(("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092"));
        (settings.Topic, settings.Group).ShouldBe(("transactions_topic", "fraud-detectors"));
        (settings.DeadLetterTopic, settings.DecisionsTopic).ShouldBe(("transactions_dlq", "fraud_decisions"));
        var other = Read(
            ("KAFKA_BOOTSTRAP_SERVERS", "a,b:1"), ("KAFKA_TOPIC", "payments"), ("KAFKA_GROUP", "g"), ("KAFKA_DLQ_TOPIC", "d"),
            ("KAFKA_DECISIONS_TOPIC", "e"));
        (other.Topic, other.Group, other.DeadLetterTopic, other.DecisionsTopic).ShouldBe(("payments", "g", "d", "e"));
    }

    [Fact]
    public void Security_settings_reach_the_client_under_the_library_s_names()
    {
        var client = Read(
            ("KAFKA_BOOTSTRAP_SERVERS", "kafka:9093"), ("KAFKA_SECURITY_PROTOCOL", "SASL_SSL"),
            ("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512"), ("KAFKA_SASL_USERNAME", "vigil"), ("KAFKA_SASL_PASSWORD", "s3cret"),
            ("KAFKA_SSL_CA_LOCATION", "/etc/ca.pem")).Client().ToDictionary();
        client["security.protocol"].ShouldBe("sasl_ssl");
        client["sasl.mechanism"].ShouldBe("SCRAM-SHA-512");
        client["sasl.username"].ShouldBe("vigil");
        client["sasl.password"].ShouldBe("s3cret");
        client["ssl.ca.location"].ShouldBe("/etc/ca.pem");
    }

    [Theory]
    [InlineData("", "is not set")]
    [InlineData("kafka:0", "is not host:port")]
    [InlineData("kafka:port", "is not host:port")]
    [InlineData("kafka:9092,,b", "is not host:port")]
    [InlineData("kafka 9092", "is not host:port")]
    public void Servers_that_are_none_are_refused(string servers, string why) =>
        Should.Throw<KafkaProblemException>(() => Read(("KAFKA_BOOTSTRAP_SERVERS", servers))).Message.ShouldContain(why);

    [Theory]
    [InlineData("a topic")]
    [InlineData("..")]
    [InlineData("päyments")]
    public void A_topic_that_Kafka_would_refuse_is_refused(string topic) => Should.Throw<KafkaProblemException>(
        () => Read(("KAFKA_BOOTSTRAP_SERVERS", "kafka"), ("KAFKA_TOPIC", topic))).Message.ShouldContain("is no name of a topic");

    [Fact]
    public void A_protocol_that_does_not_exist_is_refused() => Should.Throw<KafkaProblemException>(
        () => Read(("KAFKA_BOOTSTRAP_SERVERS", "kafka"), ("KAFKA_SECURITY_PROTOCOL", "tls"))).Message.ShouldContain("sasl_ssl, not \"tls\"");

    [Theory]
    [InlineData("", "KAFKA_SASL_PASSWORD")]
    [InlineData("ssl", "KAFKA_SASL_PASSWORD")]
    [InlineData("sasl_plaintext", "KAFKA_SSL_KEY_PASSWORD")]
    public void A_secret_that_would_not_be_used_is_refused_without_being_told(string protocol, string variable)
    {
        var message = Should.Throw<KafkaProblemException>(() => Read(
            ("KAFKA_BOOTSTRAP_SERVERS", "kafka"), ("KAFKA_SECURITY_PROTOCOL", protocol), (variable, "s3cret"))).Message;
        message.ShouldContain(variable);
        message.ShouldNotContain("s3cret");
    }

    [Fact]
    public void The_text_form_holds_no_secret() => Read(
        ("KAFKA_BOOTSTRAP_SERVERS", "kafka:9093"), ("KAFKA_SECURITY_PROTOCOL", "sasl_ssl"), ("KAFKA_SASL_PASSWORD", "s3cret"))
        .ToString().ShouldBe("kafka:9093");

    [Fact]
    public void A_setting_that_the_library_does_not_know_is_refused_by_name()
    {
        using var broker = KafkaBroker.StartOrSkip();
        var settings = Read(
            ("KAFKA_BOOTSTRAP_SERVERS", broker.Servers), ("KAFKA_SECURITY_PROTOCOL", "ssl"), ("KAFKA_SSL_NONSENSE", "s3cret"));
        var message = Should.Throw<KafkaProblemException>(() =>
            new TransactionProducer(settings, TransactionProducer.DefaultTimeout, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)).Message;
        message.ShouldContain("ssl.nonsense");
        message.ShouldNotContain("s3cret");
    }

    private static KafkaSettings Read(params (string Name, string Value)[] variables) =>
        KafkaSettings.Read(variables.Select(variable => KeyValuePair.Create(variable.Name, variable.Value)));
}
