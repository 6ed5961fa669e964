using System.Reflection;
using System.Runtime.InteropServices;

namespace Vigil.Benchmarks.Xgboost;

/// <summary>XGBoost's C interface, as far as the benchmarks use it. Debian: package libxgboost0.</summary>
internal static class XgboostLibrary
{
    private const string Name = "xgboost";

    private static readonly string[] Candidates =
        ["libxgboost.so.0", "/usr/lib/x86_64-linux-gnu/libxgboost.so.0", "libxgboost.so", "xgboost.dll", "libxgboost.dylib"];

    static XgboostLibrary() => NativeLibrary.SetDllImportResolver(typeof(XgboostLibrary).Assembly, Resolve);

    /// <summary>Whether the library is installed; a benchmark says so and ends when it is not.</summary>
    internal static bool IsPresent => Resolve(Name, typeof(XgboostLibrary).Assembly, null) != 0;

    internal static string Version
    {
        get
        {
            XGBoostVersion(out var major, out var minor, out var patch);
            return $"{major}.{minor}.{patch}";
        }
    }

    internal static void Check(int result)
    {
        if (result != 0)
            throw new InvalidOperationException("XGBoost: " + Marshal.PtrToStringUTF8(XGBGetLastError()));
    }

    [DllImport(Name)]
    internal static extern void XGBoostVersion(out int major, out int minor, out int patch);

    [DllImport(Name)]
    internal static extern nint XGBGetLastError();

    [DllImport(Name)]
    internal static extern int XGDMatrixCreateFromMat(float[] data, ulong rows, ulong columns, float missing, out nint handle);

    [DllImport(Name)]
    internal static extern int XGDMatrixSetFloatInfo(nint handle, byte[] field, float[] values, ulong count);

    [DllImport(Name)]
    internal static extern int XGDMatrixFree(nint handle);

    [DllImport(Name)]
    internal static extern int XGProxyDMatrixCreate(out nint handle);

    [DllImport(Name)]
    internal static extern int XGBoosterCreate(nint[] matrices, ulong count, out nint handle);

    [DllImport(Name)]
    internal static extern int XGBoosterFree(nint handle);

    [DllImport(Name)]
    internal static extern int XGBoosterSetParam(nint handle, byte[] name, byte[] value);

    [DllImport(Name)]
    internal static extern int XGBoosterUpdateOneIter(nint handle, int iteration, nint training);

    [DllImport(Name)]
    internal static extern int XGBoosterLoadModelFromBuffer(nint handle, byte[] buffer, ulong length);

    [DllImport(Name)]
    internal static extern int XGBoosterSaveModelToBuffer(nint handle, byte[] config, out ulong length, out nint data);

    [DllImport(Name)]
    internal static extern int XGBoosterPredict(nint handle, nint matrix, int optionMask, uint treeLimit, int training, out ulong length, out nint result);

    [DllImport(Name)]
    internal static extern int XGBoosterPredictFromDense(
        nint handle, byte[] values, byte[] config, nint proxy, out nint shape, out ulong dimensions, out nint result);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Name)
            return 0;
        foreach (var candidate in Candidates)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out var handle))
                return handle;
        }

        return 0;
    }
}
