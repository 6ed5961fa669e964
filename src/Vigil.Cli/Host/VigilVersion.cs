using System.Reflection;

namespace Vigil.Cli.Host;

/// <summary>The version of this program, with the commit that it was built from: what <c>vigil --version</c> says.</summary>
internal static class VigilVersion
{
    public static string Text { get; } =
        typeof(VigilVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
