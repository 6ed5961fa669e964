namespace Vigil.Detection.Kafka;

/// <summary>Kafka cannot be used as asked; the message tells an operator why and what to do, and holds no secret.</summary>
public sealed class KafkaProblemException(string message, Exception? inner = null) : Exception(message, inner);
