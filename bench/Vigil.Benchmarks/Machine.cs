using System.Runtime.InteropServices;

namespace Vigil.Benchmarks;

/// <summary>What numbers were measured on.</summary>
internal static class Machine
{
    internal static string Describe()
    {
        var processor = "unknown processor";
        if (File.Exists("/proc/cpuinfo"))
        {
            var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
            processor = line?.Split(':', 2)[1].Trim() ?? processor;
        }

        return $"{processor}, {Environment.ProcessorCount} cores; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}";
    }
}
