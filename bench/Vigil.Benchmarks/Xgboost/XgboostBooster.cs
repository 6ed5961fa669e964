using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Vigil.Benchmarks.Xgboost;

/// <summary>A booster of the C library, and the matrix it trains on, if any.</summary>
internal sealed class XgboostBooster : IDisposable
{
    private const int OutputMargin = 1;
    private const int OutputContributions = 4;

    private readonly nint _handle;
    private nint _proxy;

    /// <param name="training">The matrix to train on, or 0.</param>
    /// <param name="parameters">As in XGBoost's documentation.</param>
    internal XgboostBooster(nint training, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        nint[] matrices = training == 0 ? [] : [training];
        XgboostLibrary.Check(XgboostLibrary.XGBoosterCreate(matrices, (ulong)matrices.Length, out _handle));
        foreach (var (name, value) in parameters)
            XgboostLibrary.Check(XgboostLibrary.XGBoosterSetParam(_handle, Text(name), Text(value)));
    }

    internal static nint Matrix(float[] values, int columns, float[]? labels = null)
    {
        var rows = (ulong)(values.Length / columns);
        XgboostLibrary.Check(XgboostLibrary.XGDMatrixCreateFromMat(values, rows, (ulong)columns, float.NaN, out var matrix));
        if (labels is not null)
            XgboostLibrary.Check(XgboostLibrary.XGDMatrixSetFloatInfo(matrix, Text("label"), labels, rows));
        return matrix;
    }

    internal void Update(int round, nint matrix) =>
        XgboostLibrary.Check(XgboostLibrary.XGBoosterUpdateOneIter(_handle, round, matrix));

    internal void Load(byte[] model) =>
        XgboostLibrary.Check(XgboostLibrary.XGBoosterLoadModelFromBuffer(_handle, model, (ulong)model.Length));

    internal byte[] SaveJson()
    {
        XgboostLibrary.Check(XgboostLibrary.XGBoosterSaveModelToBuffer(_handle, Text("{\"format\":\"json\"}"), out var length, out var data));
        var bytes = new byte[length];
        Marshal.Copy(data, bytes, 0, bytes.Length);
        return bytes;
    }

    internal float[] Margins(nint matrix) => Predict(matrix, OutputMargin);

    /// <summary>Exact Shapley values, by row and feature, each row's bias behind them.</summary>
    internal float[] Contributions(nint matrix) => Predict(matrix, OutputContributions);

    private float[] Predict(nint matrix, int what)
    {
        XgboostLibrary.Check(XgboostLibrary.XGBoosterPredict(_handle, matrix, what, 0, 0, out var length, out var data));
        var values = new float[length];
        Marshal.Copy(data, values, 0, values.Length);
        return values;
    }

    /// <summary>
    /// Prepares in-place prediction of one row, the fastest way that the C interface has: the description of the array
    /// is made once, and the caller changes the pinned values between calls.
    /// </summary>
    internal Func<float> OneRowPredictor(float[] pinnedRow)
    {
        XgboostLibrary.Check(XgboostLibrary.XGProxyDMatrixCreate(out _proxy));
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(pinnedRow, 0).ToString(CultureInfo.InvariantCulture);
        var array = Text($"{{\"data\":[{address},true],\"shape\":[1,{pinnedRow.Length}],\"typestr\":\"<f4\",\"version\":3}}");
        var config = Text("{\"type\":0,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false,\"training\":false,\"cache_id\":0,\"missing\":NaN}");
        return () =>
        {
            XgboostLibrary.Check(XgboostLibrary.XGBoosterPredictFromDense(_handle, array, config, _proxy, out _, out _, out var result));
            return Marshal.PtrToStructure<float>(result);
        };
    }

    public void Dispose()
    {
        if (_proxy != 0)
            XgboostLibrary.Check(XgboostLibrary.XGDMatrixFree(_proxy));
        XgboostLibrary.Check(XgboostLibrary.XGBoosterFree(_handle));
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
