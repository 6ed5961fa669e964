using System.Globalization;
using Vigil.Core.Rules;
using Vigil.Storage;

namespace Vigil.Cli.Host.Rules;

/// <summary>A rule set as somebody named it: a file, a version, or the set that ships.</summary>
/// <param name="Name">What was typed; of what is in force, its version.</param>
/// <param name="Json">The content.</param>
/// <param name="Version">Its version; empty for a file.</param>
internal sealed record RuleSource(string Name, string Json, string Version)
{
    /// <summary>The name of the set that ships.</summary>
    public const string Guide = "guide";

    /// <param name="named">What was typed.</param>
    /// <param name="store">Opens the database; it is asked for versions only.</param>
    /// <exception cref="CommandException">There is no such set.</exception>
    public static RuleSource Load(string named, Func<Store> store)
    {
        try
        {
            if (File.Exists(named))
                return new RuleSource(named, File.ReadAllText(named), "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{named} cannot be read: {e.Message}", inner: e);
        }

        if (named == Guide)
            return new RuleSource(named, RuleSets.Guide, "");
        if (!int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw new CommandException($"there is no file {named}; name a file, a version such as 3, or {Guide}", ExitCode.Usage);
        return store().Rules.Find(version) is { } stored
            ? new RuleSource($"version {named}", stored.Content, named)
            : throw new CommandException($"there is no version {version}: vigil rules list shows those that there are");
    }

    /// <summary>The rules in force; the set that ships before the first is published.</summary>
    public static RuleSource InForce(Store? store) => store?.Rules.InForce() is { } now
        ? new RuleSource(
            string.Create(CultureInfo.InvariantCulture, $"version {now.Set.Version}"), now.Set.Content,
            now.Set.Version.ToString(CultureInfo.InvariantCulture))
        : new RuleSource(Guide, RuleSets.Guide, "");

    /// <exception cref="CommandException">It is no rule set.</exception>
    public RuleSet Parse()
    {
        try
        {
            return RuleSetJson.Parse(Json, Version);
        }
        catch (RuleSetException e)
        {
            throw new CommandException($"{Name}: {e.Message}{Environment.NewLine}(vigil rules check shows all mistakes of a file)", ExitCode.Incomplete, e);
        }
    }
}
