using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Detection.Sources;

namespace Vigil.Detection.Kafka;

/// <summary>How far a file was produced to a topic; kept in a file beside it.</summary>
/// <param name="Servers">The brokers.</param>
/// <param name="Topic">The topic.</param>
/// <param name="File">The place in the file; "loaded" are the rows that were sent.</param>
internal sealed record ProduceCheckpoint(string Servers, string Topic, LoadCheckpoint File)
{
    public static string PathOf(string file) => file + ".produced.json";

    /// <summary>Where to go on: the stored place, if it is of this file and topic, or the beginning.</summary>
    /// <exception cref="InvalidDataException">The stored place cannot be read.</exception>
    public static ProduceCheckpoint Find(string file, KafkaSettings settings)
    {
        var path = PathOf(file);
        if (System.IO.File.Exists(path) && Parse(path) is var stored
            && (stored.Servers, stored.Topic) == (settings.BootstrapServers, settings.Topic) && stored.File.Fits(file))
        {
            return stored;
        }

        return new ProduceCheckpoint(settings.BootstrapServers, settings.Topic, LoadCheckpoint.Start(file));
    }

    /// <summary>Replaces the stored place; a crash leaves the former one or this one.</summary>
    public void Save(string file)
    {
        var path = PathOf(file);
        System.IO.File.WriteAllText(path + ".new", JsonSerializer.Serialize(this, ProduceJson.Default.ProduceCheckpoint));
        System.IO.File.Move(path + ".new", path, overwrite: true);
    }

    private static ProduceCheckpoint Parse(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllText(path), ProduceJson.Default.ProduceCheckpoint)
                ?? throw new InvalidDataException($"{path} is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} says nothing about how far the file was produced; remove it to begin anew", e);
        }
    }
}

/// <summary>The stored form of places.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProduceCheckpoint))]
internal sealed partial class ProduceJson : JsonSerializerContext;
