using Vigil.Core.Features;

namespace Vigil.Cli.Host;

/// <summary>Finds a feature set by what a user typed: the name of one that ships, or a file.</summary>
internal static class FeatureSetFile
{
    /// <exception cref="CommandException">There is no such set or file, or it cannot be used.</exception>
    public static FeatureSet Load(string nameOrPath)
    {
        try
        {
            if (FeatureSets.Names.Contains(nameOrPath))
                return FeatureSets.Load(nameOrPath);
            if (!File.Exists(nameOrPath))
            {
                throw new CommandException(
                    $"There is no feature set \"{nameOrPath}\": neither a file of that name, nor one of {string.Join(", ", FeatureSets.Names)}.",
                    ExitCode.Usage);
            }

            return FeatureSetJson.Parse(File.ReadAllText(nameOrPath));
        }
        catch (FeatureSetException e)
        {
            throw new CommandException($"{nameOrPath}: {e.Message}", ExitCode.Usage);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{nameOrPath} cannot be read: {e.Message}", ExitCode.Failed);
        }
    }
}
