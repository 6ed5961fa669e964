using System.Text;
using Vigil.Core.Expressions;
using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;

namespace Vigil.Core.Decisions;

/// <summary>Puts into words why a transaction was not simply allowed: the rules that matched, and what moved the model.</summary>
internal sealed class ReasonWriter(FeatureSet features)
{
    private const int MostFeatures = 3;

    private readonly float[] _contributions = new float[features.Features.Count];
    private readonly byte[][] _names = [.. features.Names.Select(Encoding.UTF8.GetBytes)];
    private Model? _model;

    public void UseModel(Model? model) => _model = model;

    public void Write(RuleProgram program, Row row, Decision decision, Thresholds thresholds)
    {
        var matched = decision.Matched;
        if (!matched.IsEmpty)
        {
            foreach (var i in program.ReasonOrder)
            {
                if (!matched[i])
                    continue;
                Separate(decision);
                program.Texts[i]!.Write(row, decision);
            }
        }

        // Where it was points that brought the score over a threshold, their rules have said why.
        if (_model is not null && decision.ScoreOutcome != Outcome.Allow && thresholds.Judge(decision.Score) != Outcome.Allow)
            SayModel(_model, row, decision);
        SayControl(decision);
    }

    private void SayModel(Model model, Row row, Decision decision)
    {
        Separate(decision);
        decision.Say(decision.Model == ModelKind.IsolationForest
            ? "unlike this system's other payments"u8
            : "resembles known frauds"u8);
        if (model.HasContributions)
            SayStrongest(row, decision);
    }

    /// <summary>Whoever reviews it must know that the model would not have let it come this far.</summary>
    private static void SayControl(Decision decision)
    {
        if (float.IsNaN(decision.Propensity) || decision.Outcome == Outcome.Block)
            return;
        Separate(decision);
        decision.Say("control group: the model would have blocked it"u8);
    }

    private static void Separate(Decision decision)
    {
        if (!decision.Reason.IsEmpty)
            decision.Say("; "u8);
    }

    private void SayStrongest(Row row, Decision decision)
    {
        var texts = features.Program.Texts;
        _model!.Contributions(decision.Features, _contributions);
        for (var said = 0; said < MostFeatures;)
        {
            var strongest = -1;
            for (var i = 0; i < _contributions.Length; i++)
            {
                if (_contributions[i] > 0 && texts[i] is not null
                    && (strongest < 0 || _contributions[i] > _contributions[strongest]))
                    strongest = i;
            }

            if (strongest < 0)
                return;
            _contributions[strongest] = 0;
            var before = decision.Reason.Length;
            decision.Say(said == 0 ? ": "u8 : ", "u8);
            var start = decision.Reason.Length;
            if (float.IsNaN(decision.Features[strongest]))
            {
                decision.Say(_names[strongest]);
                decision.Say(" is not known"u8);
            }
            else
            {
                texts[strongest]!.Write(row, decision);
            }

            // A rule may have said so, with the same number: once is enough.
            if (IsSaid(decision.Reason[..before], decision.Reason[start..]))
                decision.Unsay(before);
            else
                said++;
        }
    }

    /// <summary>Whether a text is in another, and not the beginning of a longer number there: "amount 5" is not in "amount 500".</summary>
    private static bool IsSaid(ReadOnlySpan<byte> reason, ReadOnlySpan<byte> text)
    {
        for (var at = reason.IndexOf(text); at >= 0;)
        {
            var rest = reason[(at + text.Length)..];
            var digits = rest.StartsWith("."u8) || rest.StartsWith(","u8) ? rest[1..] : rest;
            if (digits.IsEmpty || !char.IsAsciiDigit((char)digits[0]))
                return true;
            var next = reason[(at + 1)..].IndexOf(text);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }
}
