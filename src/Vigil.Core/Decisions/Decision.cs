using System.Runtime.InteropServices;
using Vigil.Core.Models;
using Vigil.Core.Rules;

namespace Vigil.Core.Decisions;

/// <summary>
/// What was decided about one transaction and why. Like <see cref="Transactions.Transaction"/> a reusable buffer: the
/// engine fills it, the host stores it, the next decision overwrites it.
/// </summary>
public sealed class Decision
{
    private const int MatchedPart = 0;
    private const int ShadowedPart = 1;
    private const int MissingPart = 2;

    private ulong[] _rules = [];
    private int _ruleWords;
    private bool _anyRule;
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

    /// <summary>What the model asked for, its score adjusted by points; without a model, what the points asked for.</summary>
    public Outcome ScoreOutcome { get; internal set; }

    /// <summary>The rules that matched and had effect, by their positions in the rule set.</summary>
    public RuleBits Matched => new(Bits(MatchedPart));

    /// <summary>The rules that matched without effect: in shadow, outside of their percentage, or snoozed.</summary>
    public RuleBits Shadowed => new(Bits(ShadowedPart));

    /// <summary>The rules that could not be evaluated: something that they need was missing, or could not be computed.</summary>
    public RuleBits Missing => new(Bits(MissingPart));

    /// <summary>The three sets as they are stored; see <see cref="Rules.RuleResults"/>. Empty where all are.</summary>
    public ReadOnlySpan<byte> RuleResults => _anyRule ? MemoryMarshal.AsBytes(_rules.AsSpan(0, 3 * _ruleWords)) : default;

    /// <summary>
    /// Whether something that should have had a say could not: there is no model, or its score was no number.
    /// </summary>
    public bool Degraded { get; internal set; }

    /// <summary>
    /// Where the model would have blocked and a <see cref="ControlGroup"/> had a say: the probability with which such a payment
    /// is reviewed instead; <see cref="Outcome"/> tells whether this one is. Otherwise NaN.
    /// </summary>
    public float Propensity { get; internal set; } = float.NaN;

    /// <summary>Whether it was the model's score alone, adjusted by points, that brought about a block: no rule asked for one, none overrode.</summary>
    internal bool IsBlockedByScore { get; set; }

    /// <summary>Why, in words, as UTF-8; empty for an allowed transaction.</summary>
    public ReadOnlySpan<byte> Reason => _reason.AsSpan(0, _reasonLength);

    internal void Clear()
    {
        _reasonLength = 0;
        Score = float.NaN;
        Model = ModelKind.None;
        Outcome = Outcome.Allow;
        ScoreOutcome = Outcome.Allow;
        Degraded = false;
        Propensity = float.NaN;
        IsBlockedByScore = false;
        if (_anyRule)
            Array.Clear(_rules);
        _anyRule = false;
    }

    /// <summary>Makes room for the results of a number of rules. The sets are empty.</summary>
    internal void HoldRules(int rules)
    {
        _ruleWords = (rules + 63) / 64;
        if (_rules.Length < 3 * _ruleWords)
            _rules = new ulong[3 * _ruleWords];
    }

    internal void AddMatched(int rule) => Add(MatchedPart, rule);

    internal void AddShadowed(int rule) => Add(ShadowedPart, rule);

    internal void AddMissing(int rule) => Add(MissingPart, rule);

    /// <summary>Adds text to the reason.</summary>
    internal void Say(ReadOnlySpan<byte> utf8)
    {
        if (_reason.Length - _reasonLength < utf8.Length)
            Array.Resize(ref _reason, Math.Max(_reason.Length * 2, _reasonLength + utf8.Length));
        utf8.CopyTo(_reason.AsSpan(_reasonLength));
        _reasonLength += utf8.Length;
    }

    /// <summary>Takes back what was added since the reason had a length.</summary>
    internal void Unsay(int length) => _reasonLength = length;

    private ReadOnlySpan<ulong> Bits(int part) => _rules.AsSpan(part * _ruleWords, _ruleWords);

    private void Add(int part, int rule)
    {
        _rules[part * _ruleWords + (rule >> 6)] |= 1UL << (rule & 63);
        _anyRule = true;
    }
}
