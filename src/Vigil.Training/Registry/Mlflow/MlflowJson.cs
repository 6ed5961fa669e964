using System.Text.Json;

namespace Vigil.Training.Registry.Mlflow;

/// <summary>Reads MLflow's answers, which leave out what is empty and write some numbers as text.</summary>
internal static class MlflowJson
{
    internal static JsonElement Child(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    internal static IEnumerable<JsonElement> Children(this JsonElement json, string name) =>
        json.Child(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    internal static string Text(this JsonElement json, string name) => json.Child(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => "",
    };

    internal static long? Number(this JsonElement json, string name) =>
        long.TryParse(json.Text(name), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    internal static DateTime Time(this JsonElement json, string name) =>
        DateTime.UnixEpoch.AddMilliseconds(json.Number(name) ?? 0);

    internal static Dictionary<string, string> Tags(this JsonElement json)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in json.Children("tags"))
            tags[tag.Text("key")] = tag.Text("value");
        return tags;
    }
}
