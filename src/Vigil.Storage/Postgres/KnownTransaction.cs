namespace Vigil.Storage.Postgres;

/// <summary>What is known of a transaction id.</summary>
/// <param name="Sequence">Of its transaction.</param>
/// <param name="Payload">Its JSON, UTF-8; null where there is no such transaction, empty where it is archived.</param>
internal readonly record struct KnownTransaction(long Sequence, byte[]? Payload);
