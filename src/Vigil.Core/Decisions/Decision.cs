using Vigil.Core.Models;

namespace Vigil.Core.Decisions;

/// <summary>
/// What was decided about one transaction and why. Like <see cref="Transactions.Transaction"/> a reusable buffer: the
/// engine fills it, the host stores it, the next decision overwrites it.
/// </summary>
public sealed class Decision
{
    private byte[] _reason = new byte[256];
    private int _reasonLength;

    /// <param name="featureCount">Length of the feature set's vector.</param>
    public Decision(int featureCount) => Features = new float[featureCount];

    /// <summary>The vector that was scored, in the feature set's order; NaN is missing.</summary>
    public float[] Features { get; }

    /// <summary>The model's score in [0, 1]; NaN without a model.</summary>
    public float Score { get; internal set; }

    /// <summary>What gave the score.</summary>
    public ModelKind Model { get; internal set; }

    public Outcome Outcome { get; internal set; }

    /// <summary>The rules that matched: bit i is rule i of the rule set.</summary>
    public ulong Rules { get; internal set; }

    /// <summary>
    /// Whether something that should have had a say could not: there is no model, or its score was no number.
    /// </summary>
    public bool Degraded { get; internal set; }

    /// <summary>Why, in words, as UTF-8; empty for an allowed transaction.</summary>
    public ReadOnlySpan<byte> Reason => _reason.AsSpan(0, _reasonLength);

    internal void Clear()
    {
        _reasonLength = 0;
        Score = float.NaN;
        Model = ModelKind.None;
        Outcome = Outcome.Allow;
        Rules = 0;
        Degraded = false;
    }

    /// <summary>Adds text to the reason.</summary>
    internal void Say(ReadOnlySpan<byte> utf8)
    {
        if (_reason.Length - _reasonLength < utf8.Length)
            Array.Resize(ref _reason, Math.Max(_reason.Length * 2, _reasonLength + utf8.Length));
        utf8.CopyTo(_reason.AsSpan(_reasonLength));
        _reasonLength += utf8.Length;
    }
}
