using System.Text.Json.Serialization;

namespace Vigil.Storage.Rules;

/// <summary>How a request is kept in the database.</summary>
[JsonSerializable(typeof(BacktestRequest))]
internal sealed partial class BacktestJson : JsonSerializerContext;
