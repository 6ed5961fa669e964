using System.Text.Json.Serialization;

namespace Vigil.Training.Rules;

/// <summary>Texts in quotes; JSON's escapes are among those of expressions.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class JsonText : JsonSerializerContext;
