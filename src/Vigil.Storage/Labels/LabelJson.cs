using System.Text.Json.Serialization;

namespace Vigil.Storage.Labels;

/// <summary>Parameters of <see cref="LabelSql"/>.</summary>
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(long[]))]
internal sealed partial class LabelJson : JsonSerializerContext;
