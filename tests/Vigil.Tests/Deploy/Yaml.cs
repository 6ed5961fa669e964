using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Vigil.Tests.Deploy;

/// <summary>YAML as maps, lists and texts, its merge keys (&lt;&lt;) merged.</summary>
internal static class Yaml
{
    /// <summary>All documents of a text.</summary>
    public static List<Dictionary<object, object>> Documents(string text)
    {
        var parser = new MergingParser(new Parser(new StringReader(text)));
        var deserializer = new Deserializer();
        var documents = new List<Dictionary<object, object>>();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (parser.Accept<YamlDotNet.Core.Events.DocumentStart>(out _))
            documents.Add(deserializer.Deserialize<Dictionary<object, object>>(parser));
        return documents;
    }

    /// <summary>What is at a path, such as <c>spec/template/spec</c>; null where there is nothing.</summary>
    public static object? At(object? node, string path) => path.Split('/').Aggregate(
        node, (at, name) => at is Dictionary<object, object> map ? map.GetValueOrDefault(name)
            : at is List<object> list && int.TryParse(name, out var index) && index < list.Count ? list[index] : null);

    public static string? Text(object? node, string path) => At(node, path) as string;

    public static Dictionary<object, object> Map(object? node, string path) =>
        At(node, path) as Dictionary<object, object> ?? throw new InvalidDataException($"no map at {path}");

    /// <summary>The items of a list of texts; none where there is no list.</summary>
    public static string[] Texts(object? node, string path) => At(node, path) is List<object> list ? [.. list.Select(item => item.ToString()!)] : [];
}
