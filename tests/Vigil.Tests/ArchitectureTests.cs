using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Vigil.Tests;

/// <summary>The arrows of docs/architecture.md, read from the project files themselves.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Vigil.Core"] = [],
        ["Vigil.Training"] = ["Vigil.Core"],
        ["Vigil.Storage"] = ["Vigil.Core"],
        ["Vigil.Detection"] = ["Vigil.Core", "Vigil.Storage"],
        ["Vigil.Web"] = ["Vigil.Core", "Vigil.Storage"],
        ["Vigil.Cli"] = ["Vigil.Core", "Vigil.Storage", "Vigil.Training", "Vigil.Detection", "Vigil.Web"],
    };

    [Fact]
    public void Projects_reference_only_what_the_architecture_allows()
    {
        foreach (var project in Directory.GetFiles(Path.Combine(Root(), "src"), "*.csproj", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(project);
            Allowed.ShouldContainKey(name, "a new project needs a place in the architecture");
            var references = XDocument.Load(project).Descendants("ProjectReference")
                .Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value));
            references.ShouldBeSubsetOf(Allowed[name], name);
        }
    }

    [Fact]
    public void Core_has_no_package_but_the_banned_api_analyzer()
    {
        var core = XDocument.Load(Path.Combine(Root(), "src", "Vigil.Core", "Vigil.Core.csproj"));
        core.Descendants("PackageReference").Select(e => e.Attribute("Include")!.Value)
            .ShouldBe(["Microsoft.CodeAnalysis.BannedApiAnalyzers"]);
        core.Descendants("FrameworkReference").ShouldBeEmpty();
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
